using Microsoft.Extensions.DependencyInjection;

namespace DaemonRpc.Hosting.Tests.Clients;

/// <summary>Clients as services.</summary>
public sealed class ConnectionTests
{
    [Fact]
    public async Task Client_connects_at_its_first_use_once_for_all_and_is_closed_with_the_services()
    {
        await using var place = new Place();
        int connects = 0;
        var services = new ServiceCollection();
        _ = services.AddDaemonRpcClient(
            (options, cancellationToken) =>
            {
                _ = Interlocked.Increment(ref connects);
                return WorkshopClient.ConnectAsync(options, cancellationToken);
            },
            options =>
            {
                options.RuntimeDirectory = place.RuntimeDirectory;
                options.Launch = DaemonLaunch.Executable(Place.Program);
                options.StartTimeout = Limits.Generous;
            });
        WorkshopClient client;
        await using (ServiceProvider provider = services.BuildServiceProvider())
        {
            DaemonConnection<WorkshopClient> connection = provider.GetRequiredService<DaemonConnection<WorkshopClient>>();
            Assert.Equal(0, connects);
            WorkshopClient[] clients = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => connection.GetAsync().AsTask())).InTime();

            client = Assert.Single(clients.Distinct());
            Assert.Equal(1, (await client.VisitAsync().InTime()).Bench);
            Assert.Same(client, await connection.GetAsync());
        }

        Assert.Equal(1, connects);
        _ = await Assert.ThrowsAsync<ObjectDisposedException>(() => client.VisitAsync().InTime());
    }

    [Fact]
    public async Task Client_tries_again_after_a_failure()
    {
        await using var place = new Place();
        await using ServiceProvider provider = new ServiceCollection()
            .AddDaemonRpcClient(WorkshopClient.ConnectAsync, options => Find(options, place))
            .BuildServiceProvider();
        DaemonConnection<WorkshopClient> connection = provider.GetRequiredService<DaemonConnection<WorkshopClient>>();
        _ = await Assert.ThrowsAsync<DaemonStartException>(() => connection.GetAsync().InTime());
        using Foreground daemon = await place.ServeAsync();

        WorkshopClient client = await connection.GetAsync().InTime();

        Assert.Equal(daemon.Id, client.Daemon.ProcessId);
    }

    [Fact]
    public async Task Several_clients_of_one_contract_have_keys_and_options_of_their_own()
    {
        await using var place = new Place();
        using Foreground north = await place.ServeAsync("--Daemon:Instance=north");
        File.Delete(place.File("notify"));
        using Foreground south = await place.ServeAsync("--Daemon:Instance=south");
        await using ServiceProvider provider = new ServiceCollection()
            .AddKeyedDaemonRpcClient("north", WorkshopClient.ConnectAsync, options => Find(options, place, "north"))
            .AddKeyedDaemonRpcClient("south", WorkshopClient.ConnectAsync, options => Find(options, place, "south"))
            .BuildServiceProvider();

        foreach (string name in new[] { "north", "south" })
        {
            WorkshopClient client = await provider.GetRequiredKeyedService<DaemonConnection<WorkshopClient>>(name).GetAsync().InTime();
            Assert.Equal(name, (await client.VisitAsync().InTime()).Instance);
        }
    }

    [Fact]
    public void Client_that_was_never_used_can_be_disposed_without_waiting()
    {
        ServiceProvider provider = new ServiceCollection().AddDaemonRpcClient(WorkshopClient.ConnectAsync).BuildServiceProvider();
        DaemonConnection<WorkshopClient> connection = provider.GetRequiredService<DaemonConnection<WorkshopClient>>();

        provider.Dispose();

        _ = Assert.Throws<ObjectDisposedException>(() => connection.GetAsync().AsTask().GetAwaiter().GetResult());
    }

    [Fact]
    public async Task Client_that_is_still_connecting_is_given_up_with_the_services()
    {
        var asked = new TaskCompletionSource();
        ServiceProvider provider = new ServiceCollection().AddDaemonRpcClient<WorkshopClient>(async (_, cancellationToken) =>
        {
            asked.SetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return null!;
        }).BuildServiceProvider();
        Task<WorkshopClient> connecting = provider.GetRequiredService<DaemonConnection<WorkshopClient>>().GetAsync().AsTask();
        await asked.Task.InTime();

        await provider.DisposeAsync().AsTask().InTime();

        _ = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting.InTime());
    }

    private static void Find(DaemonClientOptions options, Place place, string instance = "")
    {
        options.RuntimeDirectory = place.RuntimeDirectory;
        options.Launch = DaemonLaunch.None;
        options.Instance = instance;
    }
}
