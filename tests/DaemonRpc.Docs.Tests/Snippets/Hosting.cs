using DaemonRpc.Hosting;
using DaemonRpc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

// Not within DaemonRpc, whose namespace Host would hide the class.
namespace Acme.Words.Snippets;

// <hosting-client-use>
internal sealed class Report(DaemonConnection<WordsClient> connection)
{
    public async Task<int> CountAsync(string file, CancellationToken cancellationToken)
    {
        WordsClient words = await connection.GetAsync(cancellationToken);
        return (await words.ReadAsync(file, cancellationToken)).Words;
    }
}
// </hosting-client-use>

/// <summary>docs/guides/hosting.md.</summary>
public sealed class HostingSnippets
{
    internal static async Task<int> ServeAsync(string[] args)
    {
        // <hosting-daemon>
        return await HostedDaemon.RunAsync<IWords>(WordsDaemon.RunAsync, () =>
        {
            HostApplicationBuilder builder = Host.CreateApplicationBuilder(args);
            builder.Services.AddSingleton<WordIndex>();                  // the warmth: it lives as long as the daemon
            builder.Services.AddScoped<Transaction>();                   // one for each task
            builder.Services.AddDaemonRpc<IWords, IndexedWords>();       // the handler: one for each task
            return builder.Build();
        });
        // </hosting-daemon>
    }

    internal static IHost BuildHost()
    {
        HostApplicationBuilder builder = Host.CreateApplicationBuilder();

        // <hosting-options>
        builder.Services.ConfigureDaemonRpc(builder.Configuration.GetSection("Daemon"));            // "Daemon": { "IdleTimeout": "00:05:00" }
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(10));
        // </hosting-options>

        builder.Services.AddSingleton<WordIndex>().AddScoped<Transaction>().AddDaemonRpc<IWords, IndexedWords>();
        return builder.Build();
    }

    [Fact]
    public async Task Hosted_daemon_runs_in_a_test()
    {
        string file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "one two two");

        // <hosting-test>
        await using var daemon = new TestDaemon(options => HostedDaemon.RunAsync<IWords>(WordsDaemon.RunAsync, BuildHost, options));
        await using WordsClient words = await WordsClient.ConnectAsync(daemon.ClientOptions());
        // </hosting-test>

        Assert.Equal(new Summary(Words: 3, Different: 2), await words.ReadAsync(file));
        Assert.Equal(["two"], await words.StartingWithAsync("tw").ToListAsync());
        File.Delete(file);
    }

    [Fact]
    public async Task Client_and_health_check_are_services()
    {
        HostApplicationBuilder builder = Host.CreateApplicationBuilder();

        // <hosting-client>
        builder.Services.AddDaemonRpcClient(WordsClient.ConnectAsync, options => options.BusyTimeout = TimeSpan.FromSeconds(5));
        // </hosting-client>

        // <hosting-health>
        builder.Services.AddHealthChecks().AddDaemonRpc("com.acme.words", options => options.NotRunning = HealthStatus.Healthy);
        // </hosting-health>

        builder.Services.AddSingleton<Report>();
        using IHost host = builder.Build();

        Assert.NotNull(host.Services.GetRequiredService<Report>());
        Assert.Single((await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Entries);
    }

    private sealed class WordIndex
    {
        public SortedSet<string> Words { get; } = [];
    }

    private sealed class Transaction;

    private sealed class IndexedWords(WordIndex index, Transaction transaction) : IWords
    {
        public async Task<Summary> ReadAsync(string file, CancellationToken cancellationToken)
        {
            ArgumentNullException.ThrowIfNull(transaction);
            string[] found = (await File.ReadAllTextAsync(file, cancellationToken)).Split(' ');
            index.Words.UnionWith(found);
            return new Summary(found.Length, index.Words.Count);
        }

        public IAsyncEnumerable<string> StartingWithAsync(string prefix, CancellationToken cancellationToken) =>
            index.Words.Where(word => word.StartsWith(prefix, StringComparison.Ordinal)).ToAsyncEnumerable();
    }
}
