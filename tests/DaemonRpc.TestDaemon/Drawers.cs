using DaemonRpc.TestDaemon.Stress;

namespace DaemonRpc.TestDaemon;

/// <summary>The inherited part of the contract.</summary>
internal abstract class Drawers : IDrawer<Parcel>, IDrawer<string>
{
    private readonly SortedList<string, Parcel> _parcels = [];
    private readonly SortedList<string, string> _texts = [];

    public Task PutAsync(string name, Parcel value, CancellationToken cancellationToken) => Put(_parcels, name, value);

    public Task PutAsync(string name, string value, CancellationToken cancellationToken) => Put(_texts, name, value);

    public Task<Parcel?> TakeAsync(string name, Parcel? instead) => Take(_parcels, name, instead);

    public Task<string?> TakeAsync(string name, string? instead) => Take(_texts, name, instead);

    public IAsyncEnumerable<(string Name, Parcel Value)> ListAsync(Dictionary<string, Parcel> first, CancellationToken cancellationToken) => List(first, _parcels);

    public IAsyncEnumerable<(string Name, string Value)> ListAsync(Dictionary<string, string> first, CancellationToken cancellationToken) => List(first, _texts);

    public ValueTask<int> CountDrawnAsync() => new(_parcels.Count + _texts.Count);

    public Task<string> WhichAsync(int number) => Task.FromResult($"int {number}");

    private static Task Put<T>(SortedList<string, T> drawer, string name, T value)
    {
        drawer[name] = value;
        return Task.CompletedTask;
    }

    private static Task<T?> Take<T>(SortedList<string, T> drawer, string name, T? instead)
        where T : class => Task.FromResult(drawer.Remove(name, out T? value) ? value : instead);

    private static IAsyncEnumerable<(string Name, T Value)> List<T>(Dictionary<string, T> first, SortedList<string, T> drawer) =>
        first.Concat(drawer).Select(static entry => (entry.Key, entry.Value)).ToAsyncEnumerable();
}
