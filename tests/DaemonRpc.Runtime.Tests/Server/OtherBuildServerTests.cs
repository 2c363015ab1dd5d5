using DaemonRpc.CodeGen;
using DaemonRpc.Framing;
using DaemonRpc.Program;
using DaemonRpc.Protocol;

namespace DaemonRpc.Runtime.Tests.Server;

/// <summary>What a daemon does with the fingerprints that clients send, honest and forged.</summary>
public sealed class OtherBuildServerTests : IDisposable
{
    private static readonly BuildIdentity s_older = new(TestServer.Contract.Build.Timestamp - 1, 9);

    private readonly TestServer _server = new(methods: new MethodTable(static () => MethodForms.Of(static methods =>
    {
        _ = methods.Add(1, 0, 100);
        _ = methods.Add(2, 0, 200);
    })));

    public void Dispose() => _server.Dispose();

    [Fact]
    public async Task Only_methods_with_common_fingerprints_are_served()
    {
        using ScriptedPeer peer = await GreetAsync(s_older, [100, 201], common: [100]);

        Assert.Equal(FrameKind.Result, await CallAsync(peer, 1, method: 1));
        Assert.Equal(FrameKind.Refusal, await CallAsync(peer, 2, method: 2));
        Assert.Equal(FrameKind.Refusal, await CallAsync(peer, 3, method: 3));
    }

    [Fact]
    public async Task Client_of_the_same_build_is_told_nothing_and_served_everything()
    {
        using ScriptedPeer peer = await GreetAsync(TestServer.Contract.Build, [100], common: []);

        peer.Say(FrameKind.Request, 1, TestServer.Request(method: 2));
        _ = await peer.HearAsync(FrameKind.Result);
    }

    [Fact]
    public async Task Client_with_another_protocol_version_is_served_nothing()
    {
        using ScriptedPeer peer = await GreetAsync(s_older, [100, 200], common: [], protocol: ProtocolVersion.Current + 1);

        Assert.Equal(FrameKind.Refusal, await CallAsync(peer, 1, method: 1));
    }

    [Fact]
    public async Task Build_counts_where_a_contract_has_no_fingerprints()
    {
        using var server = new TestServer();
        using ScriptedPeer peer = server.Dial();
        peer.Say(FrameKind.Hello, 0, Hello(s_older, [100]).Write);

        Assert.Empty(Welcome.Read((await peer.HearAsync(FrameKind.Welcome)).Payload).Methods);
        Assert.Equal(FrameKind.Refusal, await CallAsync(peer, 1, method: 1));
    }

    [Fact]
    public async Task Many_equal_and_unknown_fingerprints_do_no_harm()
    {
        long[] forged = [.. Enumerable.Repeat(100L, 4000), .. Enumerable.Range(1_000_000, 4000).Select(static number => (long)number)];

        using ScriptedPeer peer = await GreetAsync(s_older, forged, common: [100]);

        Assert.Equal(FrameKind.Result, await CallAsync(peer, 1, method: 1));
    }

    [Fact]
    public async Task Half_a_fingerprint_ends_the_connection_and_nothing_else()
    {
        using ScriptedPeer forger = _server.Dial();
        forger.Say(FrameKind.Hello, 0, static output =>
        {
            Hello(s_older, []).Write(output);
            new FieldWriter(output).Write(20, [1, 2, 3]);
        });

        Assert.Equal(GoodbyeReason.Protocol, Goodbye.Read((await forger.HearAsync(FrameKind.Goodbye)).Payload).Reason);
        using ScriptedPeer peer = await GreetAsync(s_older, [100], common: [100]);
        Assert.Equal(FrameKind.Result, await CallAsync(peer, 1, method: 1));
    }

    private static Hello Hello(BuildIdentity build, long[] methods) => TestServer.Hello with { Build = build, Methods = methods };

    private async Task<ScriptedPeer> GreetAsync(BuildIdentity build, long[] methods, long[] common, int protocol = ProtocolVersion.Current)
    {
        ScriptedPeer peer = _server.Dial();
        peer.Say(FrameKind.Hello, 0, (Hello(build, methods) with { Protocol = protocol }).Write);
        Assert.Equal(common, Welcome.Read((await peer.HearAsync(FrameKind.Welcome)).Payload).Methods);
        return peer;
    }

    private static async Task<FrameKind> CallAsync(ScriptedPeer peer, uint call, uint method)
    {
        peer.Say(FrameKind.Request, call, TestServer.Request(method, build: s_older));
        return (await peer.HearAsync())!.Kind;
    }
}
