using DaemonRpc.TestDaemon.Streams;
using DaemonRpc.TestDaemon.Stress;
using MemoryPack;

namespace DaemonRpc.TestDaemon;

/// <summary>What the tests make a daemon do.</summary>
[DaemonRpc("daemonrpc.tests.service")]
public partial interface ITestService : IDrawer<Parcel>, IDrawer<string>, IDrawers, IStreams, IStressShapes, IVisits, IAsyncDisposable
{
    Task<int> AddAsync(int left, int right = 1, CancellationToken cancellationToken = default);

    ValueTask<int> SumAsync(int left, int right, CancellationToken cancellationToken = default);

    ValueTask<string> EchoAsync(string? text, CancellationToken cancellationToken = default);

    Task<Description> DescribeAsync();

    /// <summary>A variable of the daemon's environment as its children would get it.</summary>
    Task<string?> VariableAsync(string name);

    /// <summary>Sets an environment variable of the daemon's process.</summary>
    Task SetVariableAsync(string name, string value);

    /// <summary>Creates a file, with the mode that files of this process get.</summary>
    Task CreateFileAsync(string path);

    /// <summary>Counts how often it ran in this daemon process.</summary>
    Task<int> CountAsync();

    /// <summary>Adds a line to a file, so that a test sees how often it ran in whichever daemon, and says which that was.</summary>
    Task<int> NoteAsync(string file, string line);

    /// <summary>Does the same, and then ends the daemon's process by force: the caller is never answered.</summary>
    Task<int> NoteAndDieAsync(string file, string line);

    /// <summary>Ends its process, in one of the ways that <see cref="OwnEnd"/> knows.</summary>
    Task EndProcessAsync(string how);

    /// <summary>Says "holding" and runs until it is cancelled.</summary>
    Task HoldAsync(CancellationToken cancellationToken = default);

    /// <summary>Says "holding" and runs until somebody creates the file.</summary>
    Task HoldUntilAsync(string file, CancellationToken cancellationToken = default);

    /// <summary>Says "checking", gives way after each file, and runs until somebody creates the file. Returns how often <see cref="CountAsync"/> has run.</summary>
    /// <param name="file">Ends it.</param>
    /// <param name="obeys">Whether it ends when it is cancelled, or goes on for ever then.</param>
    /// <param name="cancellationToken">Ends it too.</param>
    Task<int> CheckAsync(string file, bool obeys = true, CancellationToken cancellationToken = default);

    /// <summary>Says "holding", runs until it is cancelled, and returns 7 all the same.</summary>
    Task<int> FinishAnywayAsync(CancellationToken cancellationToken = default);

    /// <summary>Gives way to others for some rounds, and returns how many tasks ran beside it.</summary>
    Task<int> OverlapAsync(int rounds);

    /// <summary>How many calls of <see cref="HoldAsync"/> were cancelled in this daemon process.</summary>
    Task<int> CancelledHoldsAsync();

    /// <summary>Says "spinning" and never ends, cancelled or not.</summary>
    Task SpinAsync();

    /// <summary>Says "hogging", and never lets go of any thread of the pool.</summary>
    Task HogAsync();

    /// <summary>Says "occupied", and until it is cancelled takes what a process has.</summary>
    /// <param name="load"><c>pool</c>: every thread of the pool; <c>processors</c>: all of them; <c>memory</c>: garbage, and collections.</param>
    /// <param name="cancellationToken">Ends it.</param>
    Task OccupyAsync(string load, CancellationToken cancellationToken = default);

    /// <summary>Returns, and leaves every thread of the pool blocked for good.</summary>
    Task LeavePoolBlockedAsync();

    /// <summary>Blocks every thread of the pool for good, says "waiting", and returns when the daemon is to leave.</summary>
    Task WaitForStoppingAsync();

    Task ThrowAsync(string message);

    /// <summary>Logs a message with its length.</summary>
    Task LogAsync(string message);

    /// <summary>Fails with the description, and with a message that has the directory's name.</summary>
    [Fault(typeof(Description))]
    [Fault(typeof(string))]
    IAsyncEnumerable<int> FailAsync(Description? description);

    /// <summary>Throws an exception whose texts do not do what texts should: one of the ways that <see cref="TextlessException"/> knows.</summary>
    Task ThrowTextlessAsync(string how);

    /// <summary>Cancels itself, though nobody asked it to.</summary>
    Task CancelItselfAsync();

    IAsyncEnumerable<int> NumbersAsync(int count, CancellationToken cancellationToken = default);

    /// <summary>Reports its numbers, each as bytes of that length to the second, logs them for debugging, and returns how many anybody wanted.</summary>
    Task<int> CountUpAsync(int count, IProgress<int>? numbers = null, IProgress<byte[]>? bytes = null, CancellationToken cancellationToken = default);

    /// <summary>Returns the sum of the numbers and of the lengths of the arrays.</summary>
    Task<long> SumAsync(IAsyncEnumerable<int> numbers, IAsyncEnumerable<byte[]>? arrays = null, CancellationToken cancellationToken = default);

    /// <summary>Asks so many questions, and returns the sum of the answers.</summary>
    Task<long> QuizAsync(int count, IQuestions questions, CancellationToken cancellationToken = default);

    /// <summary>Yields the squares of the numbers.</summary>
    IAsyncEnumerable<long> SquareAsync(IAsyncEnumerable<int> numbers, CancellationToken cancellationToken = default);

    /// <summary>Yields some numbers, then throws.</summary>
    IAsyncEnumerable<int> FailingNumbersAsync(int count);

    Task<byte[]> BytesAsync(int length);

    Task<int> LengthAsync(byte[] bytes);

    /// <summary>Returns the first of them, as the other is the same from its end.</summary>
    Task<byte[]?> MirrorAsync(byte[]? bytes, string text, byte[]? reversed);

    /// <summary>Yields the same array again and again, filled with other bytes each time.</summary>
    IAsyncEnumerable<byte[]> PiecesAsync(int length, int count, CancellationToken cancellationToken = default);

    Task<Dictionary<string, List<(int Number, string? Text)>>> GroupAsync(IReadOnlyList<string> words);

    /// <summary>Calls its own daemon, as a client that would wait for ever.</summary>
    Task CallItselfAsync(string runtimeDirectory);

    /// <summary>Calls the daemon of the first instance, which calls that of the second, and so on. Returns how the last call went.</summary>
    Task<string> RelayAsync(string runtimeDirectory, string[] instances);

    /// <summary>Lets a shell run a command, waits for it, and returns what it wrote.</summary>
    Task<string> RunShellAsync(string runtimeDirectory, string command);

    /// <summary>Lets a shell run a command in the background, and leaves it running.</summary>
    Task LeaveShellAsync(string runtimeDirectory, string command);

    /// <summary>What <see cref="RunShellAsync"/> does, in the daemon of an instance.</summary>
    Task<string> RunShellThroughAsync(string runtimeDirectory, string instance, string command);

    /// <summary>Opens and closes every file of a folder, as a search does.</summary>
    Task<int> ReadFolderAsync(string folder);

    /// <summary>Prints so many numbered lines of a hundred bytes.</summary>
    Task PrintAsync(int first, int count);

    /// <summary>Does not end, whatever its token says, in one of the ways that <see cref="Defiance"/> knows.</summary>
    Task DefyAsync(string how, string folder, CancellationToken cancellationToken = default);

    /// <summary>Writes its start and its end into the record of a folder.</summary>
    /// <param name="folder">Where the record is.</param>
    /// <param name="name">What its client calls it, once in a run: what is written, and its status.</param>
    /// <param name="kind">One of the ways that <see cref="Stress.StressTask"/> knows.</param>
    /// <param name="milliseconds">How long it takes, more or less.</param>
    /// <param name="parcel">What is returned.</param>
    /// <param name="cancellationToken">Ends it, unless it is of a kind that does not care.</param>
    Task<Parcel> StressAsync(string folder, string name, string kind, int milliseconds, Parcel parcel, CancellationToken cancellationToken = default);

    /// <summary>Returns it.</summary>
    Task<Parcel> ForwardAsync(Parcel parcel);

    /// <summary>Writes its start and its end as <see cref="StressAsync"/> does, and yields numbers with so much time between them.</summary>
    IAsyncEnumerable<int> StressItemsAsync(string folder, string name, int count, int milliseconds, CancellationToken cancellationToken = default);

    /// <summary>Ends the daemon's process in the middle of the task.</summary>
    Task ExitAsync(int code);

    /// <summary>The span in which the handler runs.</summary>
    Task<string> TraceAsync();

    /// <summary>Says which overload was called: <see cref="IDrawers"/> has another one.</summary>
    Task<string> WhichAsync(long number);
}

[MemoryPackable]
public partial record Description(int ProcessId, string Instance, int CallerProcessId, string CallerDirectory, long Incarnationday, string? Forwarded);
