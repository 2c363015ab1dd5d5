using DaemonRpc;
using MemoryPack;

namespace Acme.Archive.V010;

/// <summary>A contract with a method of every shape that version 0.1.0 knows.</summary>
[DaemonRpc("daemonrpc.tests.past.v010")]
public partial interface IArchive : IShelf<Document>, IAsyncDisposable
{
    Task<string> NameAsync();

    Task ClearAsync(CancellationToken cancellationToken = default);

    ValueTask<int> AddAsync(int left, int right = 1, CancellationToken cancellationToken = default);

    ValueTask TouchAsync(string? name);

    Task<byte[]> MirrorAsync(byte[] bytes);

    Task<(int Count, Dictionary<string, List<Document>> Groups)> GroupAsync(IReadOnlyList<Document> documents);

    IAsyncEnumerable<Document> AllAsync(int count, CancellationToken cancellationToken = default);

    IAsyncEnumerable<byte[]> PagesAsync(int length, int count);

    Task<int> ScanAsync(int count, IProgress<int>? pages = null, IProgress<Document>? documents = null, CancellationToken cancellationToken = default);

    IAsyncEnumerable<string> ScanOnAsync(int count, IProgress<string>? pages);

    Task<long> SumAsync(IAsyncEnumerable<int> numbers, IAsyncEnumerable<byte[]>? arrays = null, CancellationToken cancellationToken = default);

    IAsyncEnumerable<long> SquareAsync(IAsyncEnumerable<int> numbers, CancellationToken cancellationToken = default);

    Task<string> CleanAsync(IConfirmation confirmation, IChooser<Document>? chooser = null, CancellationToken cancellationToken = default);

    IAsyncEnumerable<string> QuizAsync(IConfirmation confirmation, CancellationToken cancellationToken = default);

    [Fault(typeof(Damage))]
    [Fault(typeof(string))]
    Task<int> OpenAsync(string path, CancellationToken cancellationToken = default);

    [Fault(typeof(Damage))]
    IAsyncEnumerable<int> OpenAllAsync(string path);

    /// <summary>Runs until it is cancelled.</summary>
    Task HoldAsync(CancellationToken cancellationToken = default);
}

/// <summary>A base interface, closed by the contract.</summary>
public interface IShelf<T>
{
    Task PutAsync(string key, T value, CancellationToken cancellationToken = default);

    Task<T?> GetAsync(string key);

    IAsyncEnumerable<KeyValuePair<string, T>> KeptAsync();

    ValueTask<string> DescribeAsync() => new($"a shelf of {typeof(T).Name}");
}

[DaemonCallback]
public interface IConfirmation
{
    ValueTask<bool> ConfirmAsync(string question, CancellationToken cancellationToken = default);

    Task TellAsync(string message);
}

[DaemonCallback]
public interface IChooser<T>
{
    Task<T> ChooseAsync(IReadOnlyList<T> choices, CancellationToken cancellationToken = default);
}

[MemoryPackable]
public partial record Document(int Number, string? Title, Place? Place = null);

[MemoryPackable]
public readonly partial record struct Place(int Row, string Shelf);

[MemoryPackable]
public partial record Damage(string Path, int[] Pages);
