namespace DaemonRpc.Process.Tests.Guarding;

public sealed class BadInputTests : SandboxTests
{
    [Fact]
    public async Task Frame_that_announces_too_much_is_refused_before_it_comes()
    {
        TestServiceClient client = await Sandbox.ConnectAsync("--limit", "100000");
        using RawConnection intruder = await RawConnection.IntroducedAsync(Sandbox.SocketPath);

        await intruder.SendAsync(RawConnection.Header(RawConnection.Request, 1, 100_001));

        (byte kind, string text) = await intruder.ReceiveAsync();
        Assert.Equal(RawConnection.Goodbye, kind);
        Assert.Contains("100001", text, StringComparison.Ordinal);
        Assert.Equal(0, (await intruder.ReceiveAsync()).Kind);
        await OthersGoOnAsync(client);
    }

    [Fact]
    public async Task Hello_that_announces_gigabytes_is_refused()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        using var intruder = new RawConnection(Sandbox.SocketPath);

        await intruder.SendAsync(RawConnection.Header(RawConnection.Hello, 0, uint.MaxValue));

        Assert.Equal(RawConnection.Goodbye, (await intruder.ReceiveAsync()).Kind);
        Assert.Equal(0, (await intruder.ReceiveAsync()).Kind);
        await OthersGoOnAsync(client);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")]
    [InlineData("\u0001\u0000\u0000\u0000\u0001\u0000\u0000\u0000\u0000x")]
    [InlineData("\u0000\u0000\u0000\u0000\u0003\u0000\u0000\u0000\u0000")]
    public async Task Garbage_ends_its_own_connection_only(string garbage)
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        using var intruder = new RawConnection(Sandbox.SocketPath);

        await intruder.SendAsync([.. garbage.Select(character => (byte)character)]);
        intruder.EndSending();

        Assert.Equal(RawConnection.Goodbye, (await intruder.ReceiveAsync()).Kind);
        Assert.Equal(0, (await intruder.ReceiveAsync()).Kind);
        await OthersGoOnAsync(client);
    }

    [Fact]
    public async Task Garbage_after_a_proper_hello_ends_its_own_connection_only()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        using RawConnection intruder = await RawConnection.IntroducedAsync(Sandbox.SocketPath);

        await intruder.SendAsync(RawConnection.Frame(200, 1, 1, 2, 3));

        (byte kind, string text) = await intruder.ReceiveAsync();
        Assert.Equal(RawConnection.Goodbye, kind);
        Assert.Contains("200", text, StringComparison.Ordinal);
        Assert.Equal(0, (await intruder.ReceiveAsync()).Kind);
        await OthersGoOnAsync(client);
    }

    [Fact]
    public async Task Half_a_hello_is_no_greeting()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        using var intruder = new RawConnection(Sandbox.SocketPath);

        await intruder.SendAsync(RawConnection.ProperHello[..^3]);
        intruder.EndSending();

        Assert.Equal(0, (await intruder.ReceiveAsync()).Kind);
        await OthersGoOnAsync(client);
    }

    [Fact]
    public async Task Silence_is_not_waited_for_for_ever()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        using var silent = new RawConnection(Sandbox.SocketPath);
        await OthersGoOnAsync(client);

        Assert.Equal(0, (await silent.ReceiveAsync()).Kind);
        await OthersGoOnAsync(client);
    }

    [Fact]
    public async Task Method_that_the_contract_does_not_have_is_an_error_of_that_call()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        using RawConnection intruder = await RawConnection.IntroducedAsync(Sandbox.SocketPath);

        await intruder.SendAsync(RawConnection.Frame(RawConnection.Request, 1, [.. Build(), 0xEF, 0xBE, 0xAD, 0xDE, 0, 0, 0, 0, 0, 0]));

        (byte kind, string text) = await intruder.ReceiveAsync();
        Assert.Equal(RawConnection.Error, kind);
        Assert.Contains("no method deadbeef", text, StringComparison.Ordinal);
        await intruder.SendAsync(RawConnection.Frame(RawConnection.StatusQuery, 2));
        Assert.Equal(RawConnection.Status, (await intruder.ReceiveAsync()).Kind);
        await OthersGoOnAsync(client);
    }

    [Fact]
    public async Task Intruder_does_not_disturb_the_task_that_runs()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        Task holding = client.HoldUntilAsync(Sandbox["free"]);
        DaemonTask task = await client.Daemon.WhenHoldingAsync();
        using RawConnection intruder = await RawConnection.IntroducedAsync(Sandbox.SocketPath);

        await intruder.SendAsync(RawConnection.Frame(255, 1));
        Assert.Equal(RawConnection.Goodbye, (await intruder.ReceiveAsync()).Kind);

        Assert.Equal(task.Id, (await client.Daemon.GetStatusAsync().InTime()).Task?.Id);
        await File.WriteAllTextAsync(Sandbox["free"], "");
        await holding.InTime();
    }

    /// <summary>What stands first in a request: the build of the test service, which is this process's too.</summary>
    private static byte[] Build()
    {
        byte[] build = new byte[16];
        BitConverter.TryWriteBytes(build, TestServiceDaemon.BuildTimestamp.UtcTicks);
        byte[] module = typeof(ITestService).Module.ModuleVersionId.ToByteArray();
        BitConverter.TryWriteBytes(build.AsSpan(8), BitConverter.ToInt64(module, 0) ^ BitConverter.ToInt64(module, 8));
        return build;
    }

    private static async Task OthersGoOnAsync(TestServiceClient client)
    {
        Assert.Equal(3, await client.AddAsync(1, 2).InTime());
        Assert.Equal(DaemonState.Ready, (await client.Daemon.GetStatusAsync().InTime()).State);
    }
}
