using System.Buffers;
using System.Buffers.Binary;
using DaemonRpc.Framing;
using DaemonRpc.Program;
using DaemonRpc.Protocol;
using DaemonRpc.Session;

namespace DaemonRpc.Runtime.Tests.Program;

/// <summary>Two versions of the runtime, which mean different things by their calls, though the contract may be the same.</summary>
public sealed class ProtocolVersionTests
{
    private const int Other = ProtocolVersion.Current + 1;

    private static readonly BuildIdentity s_build = TestServer.Contract.Build;

    [Fact]
    public async Task Request_of_another_version_never_runs_though_the_builds_are_the_same()
    {
        using var server = new TestServer();
        server.Handler.Run = static (_, _, _) => throw new InvalidOperationException("It ran.");
        using ScriptedPeer peer = await GreetAsync(server);

        // What follows the build is whatever that version makes of it: here as if a chain followed that is cut short.
        peer.Say(FrameKind.Request, 1, Request(s_build, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0, 0xFF, 0xFF));

        Assert.Equal(RefusalReason.MakingRoom, await RefusalAsync(peer));
        Goodbye goodbye = await server.Daemon.Shutdown.Drained.Soon();
        Assert.Equal(GoodbyeReason.Replaced, goodbye.Reason);
        Assert.Contains($"speaks version {ProtocolVersion.Current}", goodbye.Message, StringComparison.Ordinal);
        Assert.Contains($"the client version {Other}", goodbye.Message, StringComparison.Ordinal);
        Assert.Equal(0, server.Daemon.Board.Current.TasksFinished);
    }

    [Fact]
    public async Task Builds_that_differ_are_ordered_by_their_times_whatever_the_versions_are()
    {
        using var server = new TestServer();
        using ScriptedPeer peer = await GreetAsync(server);

        peer.Say(FrameKind.Request, 1, Request(s_build with { Timestamp = s_build.Timestamp - 1 }));
        Assert.Equal(RefusalReason.ClientIsOlder, await RefusalAsync(peer));
        Assert.False(server.Daemon.Shutdown.Drained.IsCompleted);
        peer.Say(FrameKind.Request, 2, Request(s_build with { Timestamp = s_build.Timestamp + 1 }));
        Assert.Equal(RefusalReason.MakingRoom, await RefusalAsync(peer));
    }

    [Fact]
    public async Task What_is_frozen_works_between_two_versions()
    {
        using var server = new TestServer();
        server.Handler.Run = static async (_, _, cancellationToken) => await Task.Delay(Timeout.Infinite, cancellationToken);
        using ScriptedPeer owner = await server.GreetAsync();
        owner.Say(FrameKind.Request, 1, TestServer.Request());
        owner.Say(FrameKind.StatusQuery, 2);
        _ = await owner.HearAsync(FrameKind.Status);
        using ScriptedPeer peer = await GreetAsync(server);

        peer.Say(FrameKind.StatusQuery, 1);
        Assert.Equal("Method1", StatusMessage.Read((await peer.HearAsync(FrameKind.Status)).Payload).Task?.Method);
        peer.Say(FrameKind.CancelTask, 2);
        Assert.Equal(CancelOutcome.Stopped, CancelReply.Read((await peer.HearAsync(FrameKind.CancelReply)).Payload).Outcome);
        peer.Say(FrameKind.OutcomeQuery, 3);
        _ = await peer.HearAsync(FrameKind.OutcomeReply);
        peer.Say(FrameKind.Stop, 4);
        _ = await peer.HearAsync(FrameKind.StopReply);
        Assert.Equal(GoodbyeReason.Stopping, (await server.Daemon.Shutdown.Drained.Soon()).Reason);
    }

    [Theory]
    [InlineData(ClientStanding.ByBuild, VersionPolicy.NewerWins, Other, VersionVerdict.Replace)]
    [InlineData(ClientStanding.ByBuild, VersionPolicy.NewerWins, Other - 2, VersionVerdict.ClientIsOlder)]
    [InlineData(ClientStanding.ByBuild, VersionPolicy.MatchClient, Other - 2, VersionVerdict.ReplaceIfIdle)]
    [InlineData(ClientStanding.Outdated, VersionPolicy.NewerWins, Other, VersionVerdict.ClientIsOutdated)]
    [InlineData(ClientStanding.Current, VersionPolicy.NewerWins, Other - 2, VersionVerdict.Replace)]
    public void Same_build_with_another_version_is_another_build(object standing, VersionPolicy policy, int version, object verdict) => Assert.Equal(
        (VersionVerdict)verdict,
        new VersionRules(TestServer.Contract, new RunningProgram(default)).Judge(new Hello { Protocol = version, Policy = policy }, (ClientStanding)standing, s_build));

    [Fact]
    public async Task Client_that_is_refused_is_told_both_versions_and_what_to_do()
    {
        using var daemon = new ScriptedDaemon();
        (SampleClient client, ScriptedPeer theirs) = await daemon.ConnectAsync(new DaemonClientOptions(), Other);
        await using SampleClient ours = client;
        using ScriptedPeer peer = theirs;
        Task<string> calling = client.EchoAsync("x");
        uint id = (await peer.HearAsync(FrameKind.Request)).CallId;
        var status = new DaemonStatus { State = DaemonState.Ready, Sequence = 1, TasksFinished = 0 };
        peer.Say(FrameKind.Refusal, id, new Refusal { Reason = RefusalReason.ClientIsOlder, Status = status }.Write);

        string message = (await Assert.ThrowsAsync<DaemonVersionException>(() => calling)).Message;

        Assert.EndsWith(
            $"The daemon speaks version {Other} of DaemonRpc's protocol, the client version {ProtocolVersion.Current}: use one version of DaemonRpc for both programs.",
            message, StringComparison.Ordinal);

        // Over a connection of its own, which is let in as ever.
        Task<DaemonStatus> asking = client.Daemon.GetStatusAsync();
        using ScriptedPeer asked = await daemon.AcceptAsync(Other);
        uint question = (await asked.HearAsync(FrameKind.StatusQuery)).CallId;
        asked.Say(FrameKind.Status, question, output => StatusMessage.Write(output, status));
        Assert.Equal(DaemonState.Ready, (await asking.Soon()).State);
    }

    [Theory]
    [InlineData(FrameKind.Result)]
    [InlineData(FrameKind.Error)]
    [InlineData(FrameKind.Canceled)]
    public async Task Answer_of_another_version_is_not_read(object kind)
    {
        using var daemon = new ScriptedDaemon();
        (SampleClient client, ScriptedPeer theirs) = await daemon.ConnectAsync(new DaemonClientOptions(), Other);
        await using SampleClient ours = client;
        using ScriptedPeer peer = theirs;
        daemon.HasNoSuccessor();
        Task<string> calling = client.EchoAsync("x");
        peer.Say((FrameKind)kind, (await peer.HearAsync(FrameKind.Request)).CallId);

        // Whether it ran is not known: it is not made again.
        DaemonDisconnectedException exception = await Assert.ThrowsAsync<DaemonDisconnectedException>(() => calling);

        Assert.True(exception.MayHaveRun);
        Assert.Contains($"speaks version {Other} of DaemonRpc's protocol, the client version {ProtocolVersion.Current}", exception.Message, StringComparison.Ordinal);
    }

    private static async Task<ScriptedPeer> GreetAsync(TestServer server)
    {
        ScriptedPeer peer = server.Dial();
        peer.Say(FrameKind.Hello, 0, (TestServer.Hello with { Protocol = Other }).Write);
        Assert.Equal(ProtocolVersion.Current, Welcome.Read((await peer.HearAsync(FrameKind.Welcome)).Payload).Protocol);
        return peer;
    }

    private static async Task<RefusalReason> RefusalAsync(ScriptedPeer peer) => Refusal.Read((await peer.HearAsync(FrameKind.Refusal)).Payload).Reason;

    private static Action<IBufferWriter<byte>> Request(BuildIdentity build, params byte[] rest) => output =>
    {
        byte[] bytes = new byte[16];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, build.Timestamp);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(8), build.Fingerprint);
        output.Write(bytes);
        output.Write(rest);
    };
}
