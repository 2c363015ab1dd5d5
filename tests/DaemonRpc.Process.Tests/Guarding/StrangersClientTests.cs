using System.Reflection;
using DaemonRpc.TestDaemon.Forged;

namespace DaemonRpc.Process.Tests.Guarding;

/// <summary>docs/protocol.md is enough to write a client: one that was written from it alone makes a call of each basic kind.</summary>
public sealed class StrangersClientTests : SandboxTests
{
    private const string Record = "DaemonRpc.TestDaemon.Forged.ForgedRecord";

    [Fact]
    public async Task Client_that_was_written_from_the_page_is_served_and_controls_the_daemon()
    {
        Assert.SkipWhen(StrangersClient.Python is null, "There is no Python.");
        TestServiceClient client = await Sandbox.ConnectAsync();
        _ = await client.AddAsync(1, 2).InTime();

        ToolProcess stranger = await Sandbox.Start(
            StrangersClient.Python!, "-B", Path.Combine(StrangersClient.Folder, "basics.py"), Sandbox.SocketPath, DaemonSandbox.Id,
            $"MapAsync|System.Collections.Generic.Dictionary<System.String, {Record}>|System.Collections.Generic.Dictionary<System.Int32, System.Int64>",
            "MaybeAsync|System.Nullable<System.DateTime>|System.Nullable<System.DateTimeOffset>|System.Nullable<System.Decimal>|System.Nullable<System.Boolean>|System.Nullable<System.Text.Rune>",
            "ArraysAsync|System.String[]|System.Decimal[]|System.Guid[]|System.DateTimeOffset[]|System.Boolean[]|System.Int32[,]").EndedAsync();

        Assert.Equal(
            [
                "status Ready",
                "add True 42",
                "echo True True",
                "numbers True",
                "progress True True True",
                "stream True",
                "callback True",
                "file True True",
                "lost descriptors True",
                "returned stream True True True",
                "returned stream to write True True True",
                "lost stream True",
                "error 0 System.IO.InvalidDataException broken",
                "no such method 1",
                "refusal 1",
                "cancel Stopped",
                "cancel by another Stopped",
                "canceled Stopped",
                $"id {Id("MapAsync")}",
                $"id {Id("MaybeAsync")}",
                $"id {Id("ArraysAsync")}",
                "goodbye 4",
            ],
            stranger.Lines);
    }

    private static uint Id(string method) => (uint)typeof(IForgedService).Assembly
        .GetType("DaemonRpc.TestDaemon.Forged.ForgedServiceDaemon+Methods", throwOnError: true)!
        .GetField(method, BindingFlags.Static | BindingFlags.NonPublic)!
        .GetRawConstantValue()!;
}
