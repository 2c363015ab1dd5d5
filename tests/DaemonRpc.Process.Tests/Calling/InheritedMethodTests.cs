using DaemonRpc.TestDaemon.Stress;

namespace DaemonRpc.Process.Tests.Calling;

/// <summary>Methods that the contract inherits, from a daemon.</summary>
public sealed class InheritedMethodTests : SandboxTests
{
    [Fact]
    public async Task Each_closing_of_a_generic_base_interface_has_its_own_methods()
    {
        Parcel parcel = Parcel.Make(new Random(7));
        Parcel other = Parcel.Make(new Random(8), depth: 1);
        TestServiceClient client = await Sandbox.ConnectAsync();

        await client.PutAsync("a", parcel).InTime();
        await client.PutAsync("a", "text").InTime();
        await client.PutAsync("b", "more").InTime();

        Assert.Equal(3, await client.CountDrawnAsync().InTime());
        Assert.Equal(
            [("a", "text"), ("b", "more")],
            await ((IDrawer<string>)client).ListAsync([]).ToArrayAsync(TestContext.Current.CancellationToken));
        Assert.Equal(
            [("b", other.Describe()), ("a", parcel.Describe())],
            await client.ListAsync(new Dictionary<string, Parcel> { ["b"] = other }, TestContext.Current.CancellationToken)
                .Select(static listed => (listed.Name, listed.Value.Describe()))
                .ToArrayAsync(TestContext.Current.CancellationToken));
        Assert.Equal(parcel.Describe(), (await client.TakeAsync("a", other).InTime())?.Describe());
        Assert.Equal(other.Describe(), (await client.TakeAsync("a", other).InTime())?.Describe());
        Assert.Null(await ((IDrawer<Parcel>)client).TakeAsync("a").InTime());
        Assert.Equal("more", await ((IDrawer<string>)client).TakeAsync("b").InTime());
        Assert.Equal(1, await client.CountDrawnAsync().InTime());
    }

    [Fact]
    public async Task Overload_of_a_base_interface_is_not_mistaken_for_the_contracts_own()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();

        Assert.Equal("int 1", await client.WhichAsync(1).InTime());
        Assert.Equal("long 1", await client.WhichAsync(1L).InTime());
    }

    [Fact]
    public async Task Body_of_a_base_interfaces_method_runs_in_the_daemon()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();

        Assert.Equal("drawer of TestService", await client.LabelAsync("drawer").InTime());
    }

    [Fact]
    public async Task Contract_that_is_disposable_ends_the_connection_and_not_the_daemon()
    {
        TestServiceClient client = await Sandbox.ConnectAsync();
        await client.PutAsync("a", "kept").InTime();

        await ((ITestService)client).DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => client.LabelAsync("x").InTime());
        TestServiceClient next = await Sandbox.ConnectAsync();
        Assert.Equal("kept", await next.TakeAsync("a", instead: "lost").InTime());
    }
}
