using Acme.Archive.V010;

namespace DaemonRpc.Runtime.Tests.Past;

/// <summary>Code that the generator of version 0.1.0 wrote, with the runtime of today. See tests/PastGenerated/README.md before you change anything.</summary>
public abstract class PastGeneratedTests : IAsyncLifetime
{
    private ArchiveClient? _client;

    private protected ArchiveClient Client => _client!;

    public virtual async ValueTask InitializeAsync() => _client = await ConnectAsync().Soon();

    public virtual async ValueTask DisposeAsync()
    {
        if (_client is not null)
        {
            await _client.DisposeAsync().Soon();
        }

        GC.SuppressFinalize(this);
    }

    private protected abstract Task<ArchiveClient> ConnectAsync();

    [Fact]
    public async Task Calls_with_and_without_arguments_and_results()
    {
        Assert.Equal("daemonrpc.tests.past.v010", await Client.NameAsync().Soon());
        await Client.ClearAsync().Soon();
        Assert.Equal(3, await Client.AddAsync(2).Soon());
        await Client.TouchAsync(null).Soon();
        Assert.Equal("No lamp.", (await Assert.ThrowsAsync<DaemonRemoteException>(() => Client.TouchAsync("lamp").Soon())).Message);
        Assert.Equal([3, 2, 1], await Client.MirrorAsync([1, 2, 3]).Soon());
        Assert.Equal(100_000, (await Client.MirrorAsync(new byte[100_000]).Soon()).Length);
    }

    [Fact]
    public async Task Collections_tuples_and_records()
    {
        Document[] documents = [new(1, "a"), new(2, "b", new Place(3, "left")), new(3, "a")];

        (int count, Dictionary<string, List<Document>> groups) = await Client.GroupAsync(documents).Soon();

        Assert.Equal(3, count);
        Assert.Equal([documents[0], documents[2]], groups["a"]);
        Assert.Equal([documents[1]], groups["b"]);
    }

    [Fact]
    public async Task Streams()
    {
        Assert.Equal(
            Enumerable.Range(0, 1000).Select(static number => new Document(number, $"{number}", new Place(number, "left"))),
            await Client.AllAsync(1000).ToArrayAsync().Soon());
        Assert.Equal([0, 1, 2], (await Client.PagesAsync(100_000, 3).ToArrayAsync().Soon()).Select(static page => (int)page[^1]));

        await foreach (Document first in Client.AllAsync(int.MaxValue))
        {
            Assert.Equal(0, first.Number);
            break;
        }

        Assert.Equal(3, await Client.AddAsync(1, 2).Soon());
    }

    [Fact]
    public async Task Progress()
    {
        Received<int> pages = new();
        Received<Document> documents = new();
        Received<string> words = new();

        Assert.Equal(5, await Client.ScanAsync(5, pages, documents).Soon());
        Assert.Equal(-1, await Client.ScanAsync(5).Soon());
        Assert.Equal(["item 0", "item 1"], await Client.ScanOnAsync(2, words).ToArrayAsync().Soon());

        Assert.Equal([0, 1, 2, 3, 4], pages.Reports);
        Assert.Equal([0, 1, 2, 3, 4], documents.Reports.Select(static document => document.Number));
        Assert.Equal(["page 0", "page 1"], words.Reports);
    }

    [Fact]
    public async Task Streams_from_the_caller()
    {
        Assert.Equal(4950, await Client.SumAsync(Numbers(100)).Soon());
        Assert.Equal(3 + 60_000, await Client.SumAsync(Numbers(3), new[] { new byte[20_000], new byte[40_000] }.ToAsyncEnumerable()).Soon());
        long[] squares = await Client.SquareAsync(Numbers(4)).ToArrayAsync().Soon();
        Assert.Equal([0, 1, 4, 9], squares);

        static IAsyncEnumerable<int> Numbers(int count) => AsyncEnumerable.Range(0, count);
    }

    [Fact]
    public async Task Callbacks()
    {
        Confirmation confirmation = new();

        Assert.Equal("True two", await Client.CleanAsync(confirmation, new Last()).Soon());
        Assert.Equal("True ", await Client.CleanAsync(confirmation).Soon());
        Assert.Equal(["0!", "1!", "2!"], await Client.QuizAsync(new Confirmation { Until = "3?" }).ToArrayAsync().Soon());

        Assert.Equal(["It begins.", "Really?", "It begins.", "Really?"], confirmation.Heard);
    }

    [Fact]
    public async Task Faults()
    {
        DaemonFaultException<Damage> damaged = await Assert.ThrowsAsync<DaemonFaultException<Damage>>(() => Client.OpenAsync("damaged").Soon());
        DaemonFaultException<string> locked = await Assert.ThrowsAsync<DaemonFaultException<string>>(() => Client.OpenAsync("locked").Soon());
        DaemonRemoteException missing = await Assert.ThrowsAsync<DaemonRemoteException>(() => Client.OpenAsync("missing").Soon());
        DaemonFaultException<Damage> later = await Assert.ThrowsAsync<DaemonFaultException<Damage>>(() => Client.OpenAllAsync("damaged").ToArrayAsync().Soon());

        Assert.Equal(("damaged", "It is damaged."), (damaged.Fault.Path, damaged.Message));
        Assert.Equal([3, 5], later.Fault.Pages);
        Assert.Equal("a key", locked.Fault);
        Assert.Equal("System.IO.FileNotFoundException", missing.RemoteType);
        Assert.Equal(4, await Client.OpenAsync("open").Soon());
    }

    [Fact]
    public async Task Inherited_methods()
    {
        IShelf<Document> shelf = Client;

        await shelf.PutAsync("one", new Document(1, "first")).Soon();

        Assert.Equal(new Document(1, "first"), await shelf.GetAsync("one").Soon());
        Assert.Null(await shelf.GetAsync("two").Soon());
        Assert.Equal([new("one", new Document(1, "first"))], await shelf.KeptAsync().ToArrayAsync().Soon());
        Assert.Equal("a shelf of Document", await shelf.DescribeAsync().Soon());
    }

    [Fact]
    public async Task Status_and_cancellation()
    {
        using var cancel = new CancellationTokenSource();
        Task holding = Client.HoldAsync(cancel.Token);
        await foreach (DaemonStatus status in Client.Daemon.WatchStatusAsync())
        {
            if (status.Message == "holding")
            {
                break;
            }
        }

        await cancel.CancelAsync();

        Assert.Equal(CancelOutcome.Stopped, (await Assert.ThrowsAsync<DaemonTaskCanceledException>(() => holding.Soon())).Outcome);
        Assert.Equal(new DateTimeOffset(2026, 11, 29, 0, 0, 0, TimeSpan.Zero), ArchiveDaemon.BuildTimestamp);
        Assert.False(ArchiveDaemon.IsRequested);
    }

    private sealed class Confirmation : IConfirmation
    {
        public List<string> Heard { get; } = [];

        public string? Until { get; init; }

        public ValueTask<bool> ConfirmAsync(string question, CancellationToken cancellationToken)
        {
            Heard.Add(question);
            return new(question != Until);
        }

        public Task TellAsync(string message)
        {
            Heard.Add(message);
            return Task.CompletedTask;
        }
    }

    private sealed class Last : IChooser<Document>
    {
        public Task<Document> ChooseAsync(IReadOnlyList<Document> choices, CancellationToken cancellationToken) => Task.FromResult(choices[^1]);
    }
}

/// <summary>Through <c>ConnectInProcess</c>.</summary>
public sealed class PastGeneratedInProcessTests : PastGeneratedTests
{
    private protected override Task<ArchiveClient> ConnectAsync() => Task.FromResult(ArchiveClient.ConnectInProcess(static context => new Archive(context)));
}

/// <summary>Through <c>RunAsync</c> and <c>ConnectAsync</c>, over a socket.</summary>
public sealed class PastGeneratedDaemonTests : PastGeneratedTests
{
    private readonly TemporaryFolder _folder = new();
    private Task<int> _run = Task.FromResult(0);

    public override ValueTask InitializeAsync()
    {
        var options = new DaemonOptions
        {
            RuntimeDirectory = _folder.Path,
            CancelGrace = Timeout.InfiniteTimeSpan,
            LoggerFactory = Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance,
        };
        _run = ArchiveDaemon.RunAsync(static context => new Archive(context), options);
        return base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await Client.Daemon.StopAsync().Soon();
        Assert.Equal(0, await _run.Soon());
        await base.DisposeAsync();
        _folder.Dispose();
    }

    private protected override Task<ArchiveClient> ConnectAsync() =>
        ArchiveClient.ConnectAsync(new DaemonClientOptions { RuntimeDirectory = _folder.Path, Launch = DaemonLaunch.None });
}
