namespace DaemonRpc.Process.Tests.Calling;

public sealed class RemoteErrorTests : SandboxTests
{
    [Fact]
    public async Task Fault_that_the_contract_declares_comes_with_its_value_after_the_items()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        Description description = await client.DescribeAsync().InTime();
        IAsyncEnumerator<int> items = client.FailAsync(description).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        Assert.True(await items.MoveNextAsync().AsTask().InTime());

        DaemonFaultException<Description> fault = await Assert.ThrowsAsync<DaemonFaultException<Description>>(() => items.MoveNextAsync().AsTask().InTime());

        Assert.Equal((description, "described"), (fault.Fault, fault.Message));
        Assert.Contains("TestService.FailAsync", fault.RemoteStackTrace, StringComparison.Ordinal);
        DaemonFaultException<string> other = await Assert.ThrowsAsync<DaemonFaultException<string>>(async () => await client.FailAsync(null).CountAsync());
        Assert.Equal("none", other.Fault);
    }

    [Fact]
    public async Task Handler_that_throws_is_quoted()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();

        DaemonRemoteException exception = await Assert.ThrowsAsync<DaemonRemoteException>(() => client.ThrowAsync("No such index.").InTime());

        Assert.Equal("No such index.", exception.Message);
        Assert.Equal("System.IO.InvalidDataException", exception.RemoteType);
        Assert.Contains("TestService.ThrowAsync", exception.RemoteStackTrace, StringComparison.Ordinal);
        Assert.Contains("TestService.ThrowAsync", exception.ToString(), StringComparison.Ordinal);
        Assert.Equal(3, await client.AddAsync(1, 2).InTime());
    }

    [Fact]
    public async Task Handler_that_cancels_itself_has_failed()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();

        DaemonRemoteException exception = await Assert.ThrowsAsync<DaemonRemoteException>(() => client.CancelItselfAsync().InTime());

        Assert.Equal("System.OperationCanceledException", exception.RemoteType);
        Assert.Equal("I had enough.", exception.Message);
    }

    [Fact]
    public async Task Stream_that_fails_delivers_its_items_first()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        var numbers = new List<int>();

        DaemonRemoteException exception = await Assert.ThrowsAsync<DaemonRemoteException>(async () =>
        {
            await foreach (int number in client.FailingNumbersAsync(1000))
            {
                numbers.Add(number);
            }
        });

        Assert.Equal("No more numbers.", exception.Message);
        Assert.Equal(Enumerable.Range(0, 1000), numbers);
    }

    [Fact]
    public async Task Stream_that_is_left_early_has_freed_the_daemon()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        IAsyncEnumerator<int> numbers = client.NumbersAsync(int.MaxValue).GetAsyncEnumerator();
        Assert.True(await numbers.MoveNextAsync().InTime());
        Assert.Equal("NumbersAsync", (await client.Daemon.GetStatusAsync().InTime()).Task?.Method);

        await numbers.DisposeAsync().InTime();

        // Without BusyTimeout: it is free already.
        Assert.Equal(3, await client.AddAsync(1, 2).InTime());
    }

    [Fact]
    public async Task Stream_is_a_task_only_from_the_first_item_on()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        await using IAsyncEnumerator<int> numbers = client.NumbersAsync(3).GetAsyncEnumerator();

        Assert.Equal(3, await client.AddAsync(1, 2).InTime());
        Assert.True(await numbers.MoveNextAsync().InTime());
    }

    [Fact]
    public async Task Process_that_ends_in_the_middle_of_its_task_may_have_run_it()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();

        DaemonDisconnectedException exception = await Assert.ThrowsAsync<DaemonDisconnectedException>(() => client.ExitAsync(5).InTime());

        Assert.True(exception.MayHaveRun);
        Assert.Equal(3, await client.AddAsync(1, 2).InTime());
    }
}
