using System.Runtime.CompilerServices;
using DaemonRpc;

namespace Acme.Archive.V010;

/// <summary>The handler.</summary>
public sealed class Archive(DaemonContext context) : IArchive
{
    private readonly SortedDictionary<string, Document> _kept = new(StringComparer.Ordinal);

    public Task<string> NameAsync() => Task.FromResult(context.Id);

    public Task ClearAsync(CancellationToken cancellationToken)
    {
        _kept.Clear();
        return Task.CompletedTask;
    }

    public ValueTask<int> AddAsync(int left, int right, CancellationToken cancellationToken) => new(left + right);

    public ValueTask TouchAsync(string? name) => name is null ? default : throw new InvalidOperationException($"No {name}.");

    public Task<byte[]> MirrorAsync(byte[] bytes) => Task.FromResult<byte[]>([.. bytes.Reverse()]);

    public Task<(int Count, Dictionary<string, List<Document>> Groups)> GroupAsync(IReadOnlyList<Document> documents) =>
        Task.FromResult((documents.Count, documents.GroupBy(document => document.Title ?? "").ToDictionary(group => group.Key, group => group.ToList())));

    public async IAsyncEnumerable<Document> AllAsync(int count, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (int number = 0; number < count; number++)
        {
            await Task.Yield();
            yield return new Document(number, $"{number}", new Place(number, "left"));
        }
    }

    public IAsyncEnumerable<byte[]> PagesAsync(int length, int count) => AsyncEnumerable.Range(0, count).Select(number => Enumerable.Repeat((byte)number, length).ToArray());

    public Task<int> ScanAsync(int count, IProgress<int>? pages, IProgress<Document>? documents, CancellationToken cancellationToken)
    {
        for (int number = 0; number < count; number++)
        {
            pages?.Report(number);
            documents?.Report(new Document(number, null));
        }

        return Task.FromResult(pages is null && documents is null ? -1 : count);
    }

    public async IAsyncEnumerable<string> ScanOnAsync(int count, IProgress<string>? pages)
    {
        for (int number = 0; number < count; number++)
        {
            pages?.Report($"page {number}");
            await Task.Yield();
            yield return $"item {number}";
        }
    }

    public async Task<long> SumAsync(IAsyncEnumerable<int> numbers, IAsyncEnumerable<byte[]>? arrays, CancellationToken cancellationToken)
    {
        long sum = 0;
        await foreach (int number in numbers.WithCancellation(cancellationToken))
        {
            sum += number;
        }

        await foreach (byte[] array in (arrays ?? AsyncEnumerable.Empty<byte[]>()).WithCancellation(cancellationToken))
        {
            sum += array.Length;
        }

        return sum;
    }

    public async IAsyncEnumerable<long> SquareAsync(IAsyncEnumerable<int> numbers, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (int number in numbers.WithCancellation(cancellationToken))
        {
            yield return (long)number * number;
        }
    }

    public async Task<string> CleanAsync(IConfirmation confirmation, IChooser<Document>? chooser, CancellationToken cancellationToken)
    {
        await confirmation.TellAsync("It begins.");
        bool isConfirmed = await confirmation.ConfirmAsync("Really?", cancellationToken);
        Document? chosen = chooser is null ? null : await chooser.ChooseAsync([new Document(1, "one"), new Document(2, "two")], cancellationToken);
        return $"{isConfirmed} {chosen?.Title}";
    }

    public async IAsyncEnumerable<string> QuizAsync(IConfirmation confirmation, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (int number = 0; await confirmation.ConfirmAsync($"{number}?", cancellationToken); number++)
        {
            yield return $"{number}!";
        }
    }

    public Task<int> OpenAsync(string path, CancellationToken cancellationToken) => path switch
    {
        "damaged" => throw new DaemonFaultException<Damage>(new Damage(path, [3, 5]), "It is damaged."),
        "locked" => throw new DaemonFaultException<string>("a key", "It is locked."),
        "missing" => throw new FileNotFoundException("It is missing."),
        _ => Task.FromResult(path.Length),
    };

    public async IAsyncEnumerable<int> OpenAllAsync(string path)
    {
        yield return 1;
        yield return await OpenAsync(path, CancellationToken.None);
    }

    public Task HoldAsync(CancellationToken cancellationToken)
    {
        context.Status.Report("holding");
        return Task.Delay(Timeout.Infinite, cancellationToken);
    }

    public Task PutAsync(string key, Document value, CancellationToken cancellationToken)
    {
        _kept[key] = value;
        return Task.CompletedTask;
    }

    public Task<Document?> GetAsync(string key) => Task.FromResult(_kept.GetValueOrDefault(key));

    public IAsyncEnumerable<KeyValuePair<string, Document>> KeptAsync() => _kept.ToAsyncEnumerable();

    public ValueTask DisposeAsync() => default;
}
