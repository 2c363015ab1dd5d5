namespace DaemonRpc.TestDaemon;

/// <summary>Keeps values by name. The contract inherits it twice, closed over two types.</summary>
public interface IDrawer<T> : IDrawers
{
    Task PutAsync(string name, T value, CancellationToken cancellationToken = default);

    /// <summary>Takes a value out.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="instead">What is returned if there is none.</param>
    Task<T?> TakeAsync(string name, T? instead = default);

    /// <summary>Yields the names of all values and the values, after some more that the caller has.</summary>
    IAsyncEnumerable<(string Name, T Value)> ListAsync(Dictionary<string, T> first, CancellationToken cancellationToken = default);
}

/// <summary>All drawers. The contract inherits it in three ways.</summary>
public interface IDrawers
{
    ValueTask<int> CountDrawnAsync();

    /// <summary>Says which overload was called: the contract has another one.</summary>
    Task<string> WhichAsync(int number);

    /// <summary>Has a body, which no handler replaces.</summary>
    Task<string> LabelAsync(string name) => Task.FromResult($"{name} of {GetType().Name}");
}
