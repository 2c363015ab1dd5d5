using System.IO.Compression;

namespace DaemonRpc.Installed.Tests.Hosted;

/// <summary>A stranger whose daemon lives in an application host, published as native code with the packed DaemonRpc.Hosting.</summary>
public sealed class HostedToolTests(PackedPackage package) : IDisposable
{
    private const string Properties = "<Nullable>enable</Nullable><ImplicitUsings>enable</ImplicitUsings><TreatWarningsAsErrors>true</TreatWarningsAsErrors>";

    private readonly PublishedProgram _program = new(package);

    public void Dispose() => _program.Dispose();

    [Fact]
    public void Hosted_daemon_works_as_native_code_and_publishes_without_a_warning()
    {
        package.PackBeside("DaemonRpc.Hosting");
        TestProject contract = _program.Solution.AddLibrary("Contract", _program.Solution.PackageReference, Properties);
        contract.Write("Library.cs", Contract);
        TestProject app = _program.Solution.AddExecutable(
            "App", $"""{contract.Reference}<PackageReference Include="DaemonRpc.Hosting" Version="{package.Version}" />""", Properties);
        app.Write("Program.cs", Program);

        // Warnings of the trimmer and of the native compiler are errors here.
        _program.Publish(PublishMode.Native);

        CommandRun run = _program.Run("tea");
        Assert.Equal(
            [
                "depot: Unhealthy",
                "1: green 3, black 4, 0 carts gone (Started)",
                "2: green 6, black 8, 1 carts gone (Started)",
                "DaemonFaultException: no tea of this kind: white",
                "carts: 0 1 2",
                "depot: Healthy",
            ],
            run.Succeeded().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void Package_wants_exactly_the_runtime_that_it_was_built_with()
    {
        package.PackBeside("DaemonRpc.Hosting");
        using ZipArchive archive = ZipFile.OpenRead(Path.Combine(package.Feed, $"DaemonRpc.Hosting.{package.Version}.nupkg"));
        using var reader = new StreamReader(archive.GetEntry("DaemonRpc.Hosting.nuspec")!.Open());

        Assert.Contains($"""<dependency id="DaemonRpc" version="[{package.Version}]""", reader.ReadToEnd(), StringComparison.Ordinal);
    }

    private const string Contract = """
        using DaemonRpc;
        using MemoryPack;

        namespace Acme;

        [DaemonRpc("daemonrpc.tests.depot")]
        public interface IDepot
        {
            Task<Inventory> StoreAsync(Delivery delivery, CancellationToken token = default);

            [Fault(typeof(Label))]
            Task<Crate> TakeAsync(Label label, CancellationToken token = default);

            IAsyncEnumerable<int> CartsAsync(int count, CancellationToken token = default);
        }

        [MemoryPackable]
        public partial record Label(string Kind);

        [MemoryPackable]
        public partial record Crate(int Count, Label Label);

        [MemoryPackable]
        public partial record Delivery(string What, Crate[] Crates);

        [MemoryPackable]
        public partial record Inventory(int Cart, int CartsGone, Dictionary<string, Crate> Crates);
        """;

    private const string Program = """
        using System.Runtime.CompilerServices;
        using Acme;
        using DaemonRpc;
        using DaemonRpc.Hosting;
        using Microsoft.Extensions.Configuration;
        using Microsoft.Extensions.DependencyInjection;
        using Microsoft.Extensions.Diagnostics.HealthChecks;
        using Microsoft.Extensions.Hosting;
        using Microsoft.Extensions.Logging;

        if (DepotDaemon.IsRequested)
        {
            return await HostedDaemon.RunAsync<IDepot>(DepotDaemon.RunAsync, () =>
            {
                HostApplicationBuilder builder = Host.CreateApplicationBuilder();
                builder.Configuration.AddInMemoryCollection([new("Daemon:IdleTimeout", "00:01:00"), new("Daemon:DisconnectBehavior", "ContinueTask")]);
                builder.Services.ConfigureDaemonRpc(builder.Configuration.GetSection("Daemon"));
                builder.Services.AddSingleton<Shelves>();
                builder.Services.AddScoped<Cart>();
                builder.Services.AddDaemonRpc<IDepot, Depot>(options => options.CancelGrace = TimeSpan.FromSeconds(2));
                return builder.Build();
            });
        }

        HostApplicationBuilder app = Host.CreateApplicationBuilder(args);
        app.Logging.ClearProviders();
        app.Services.AddDaemonRpcClient(DepotClient.ConnectAsync, options => options.BusyTimeout = TimeSpan.FromSeconds(5));
        app.Services.AddHealthChecks().AddDaemonRpc("daemonrpc.tests.depot", name: "depot");
        using IHost host = app.Build();
        await TellHealthAsync();
        DepotClient depot = await host.Services.GetRequiredService<DaemonConnection<DepotClient>>().GetAsync();
        for (int round = 0; round < 2; round++)
        {
            Inventory stored = await depot.StoreAsync(new Delivery(args[0], [new Crate(3, new Label("green")), new Crate(4, new Label("black"))]));
            Console.WriteLine($"{stored.Cart}: {string.Join(", ", stored.Crates.Select(crate => $"{crate.Key} {crate.Value.Count}"))}, {stored.CartsGone} carts gone ({depot.Daemon.Origin})");
            GC.Collect();
        }

        try
        {
            await depot.TakeAsync(new Label("white"));
        }
        catch (DaemonFaultException<Label> fault)
        {
            Console.WriteLine($"DaemonFaultException: no tea of this kind: {fault.Fault.Kind}");
        }

        Console.WriteLine($"carts: {string.Join(' ', await depot.CartsAsync(3).ToListAsync())}");

        // The daemon failed last, which a task that succeeds mends.
        await depot.TakeAsync(new Label("green"));
        await TellHealthAsync();
        await depot.Daemon.StopAsync();
        return 0;

        async Task TellHealthAsync()
        {
            HealthReport report = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();
            Console.WriteLine($"depot: {report.Entries["depot"].Status}");
        }

        internal sealed class Shelves
        {
            public int Carts, CartsGone;

            public SortedDictionary<string, Crate> Crates { get; } = new(Comparer<string>.Create(static (one, other) => string.CompareOrdinal(other, one)));
        }

        internal sealed class Cart(Shelves shelves) : IDisposable
        {
            public int Number { get; } = ++shelves.Carts;

            public void Dispose() => shelves.CartsGone++;
        }

        internal sealed class Depot(Shelves shelves, Cart cart, DaemonContext context, ILogger<Depot> logger) : IDepot
        {
            public Task<Inventory> StoreAsync(Delivery delivery, CancellationToken token)
            {
                logger.LogInformation("Storing {What} in {Id}", delivery.What, context.Id);
                foreach (Crate crate in delivery.Crates)
                {
                    int before = shelves.Crates.TryGetValue(crate.Label.Kind, out Crate? stored) ? stored.Count : 0;
                    shelves.Crates[crate.Label.Kind] = crate with { Count = before + crate.Count };
                }

                return Task.FromResult(new Inventory(cart.Number, shelves.CartsGone, new Dictionary<string, Crate>(shelves.Crates)));
            }

            public Task<Crate> TakeAsync(Label label, CancellationToken token) => shelves.Crates.TryGetValue(label.Kind, out Crate? crate)
                ? Task.FromResult(crate)
                : throw new DaemonFaultException<Label>(label);

            public async IAsyncEnumerable<int> CartsAsync(int count, [EnumeratorCancellation] CancellationToken token)
            {
                for (int number = 0; number < count; number++)
                {
                    await Task.Yield();
                    yield return number;
                }
            }
        }
        """;
}
