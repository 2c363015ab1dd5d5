using System.IO.Pipelines;
using MemoryPack;
using Microsoft.Win32.SafeHandles;

namespace DaemonRpc.TestDaemon.Stress;

/// <summary>What the stress run calls with more than values. Each method writes its start and its end into the record.</summary>
public interface IStressShapes
{
    /// <summary>Returns the sum of at most so many numbers, and of the lengths of at most so many arrays.</summary>
    Task<long> StressSumAsync(StressCall which, IAsyncEnumerable<int> numbers, IAsyncEnumerable<byte[]>? arrays, int most, CancellationToken cancellationToken = default);

    /// <summary>Reports so many numbers, and some of them as arrays of that length. Returns how often it reported.</summary>
    Task<int> StressReportAsync(StressCall which, int count, IProgress<int>? numbers, IProgress<byte[]>? arrays, CancellationToken cancellationToken = default);

    /// <summary>Asks what each letter says, which <see cref="IStressQuestions"/> knows. Returns the sum of the answers.</summary>
    Task<long> StressAskAsync(StressCall which, string letters, IStressQuestions questions, CancellationToken cancellationToken = default);

    /// <summary>Copies one stream to the other, a piece at a time, writes the call's name to a file, and returns the copied bytes' hash.</summary>
    Task<ulong> StressCopyAsync(StressCall which, Stream? source, Stream? destination, SafeFileHandle? note, int piece, CancellationToken cancellationToken = default);

    /// <summary>Yields the pieces of a stream, and copies them to another.</summary>
    IAsyncEnumerable<byte[]> StressPiecesAsync(StressCall which, Stream source, Stream? destination, int piece, CancellationToken cancellationToken = default);

    /// <summary>Sends the bytes of a pipe back, or those of the reader to the writer, all inverted. Returns how many it were.</summary>
    Task<long> StressPipeAsync(StressCall which, IDuplexPipe? pipe, PipeReader? reader, PipeWriter? writer, CancellationToken cancellationToken = default);

    /// <summary>Fails with the parcel.</summary>
    [Fault(typeof(Parcel))]
    Task<int> StressFailAsync(StressCall which, Parcel parcel, CancellationToken cancellationToken = default);
}

/// <summary>What the daemon asks its caller in the stress run.</summary>
[DaemonCallback]
public interface IStressQuestions
{
    /// <summary>Returns the number, fails, or waits for its token.</summary>
    /// <param name="letter">
    /// <c>a</c>: it is answered; <c>s</c>: three of the kind at a time; <c>t</c>: it throws, and the handler goes on; <c>p</c>: it throws, and the handler
    /// lets that pass; <c>h</c>: it hangs until the handler withdraws it.
    /// </param>
    /// <param name="number">What is to be returned.</param>
    /// <param name="cancellationToken">Ends the hanging.</param>
    Task<int> AnswerAsync(char letter, int number, CancellationToken cancellationToken = default);
}

/// <summary>Which call it is.</summary>
/// <param name="Folder">Where the record is.</param>
/// <param name="Name">What its client calls it, once in a run: what is written, and its status.</param>
/// <param name="Milliseconds">How long a part of it takes that waits, more or less.</param>
[MemoryPackable]
public partial record StressCall(string Folder, string Name, int Milliseconds);
