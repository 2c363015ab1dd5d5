using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text;
using DaemonRpc.TestDaemon.Stress;
using Microsoft.Win32.SafeHandles;

namespace DaemonRpc.TestDaemon;

// What the stress run calls.
internal sealed partial class TestService
{
    private const int ArrayEvery = 16;

    public async Task<Parcel> StressAsync(string folder, string name, string kind, int milliseconds, Parcel parcel, CancellationToken cancellationToken)
    {
        await StressTask.RunAsync(context, new StressCall(folder, name, milliseconds), kind, cancellationToken);
        return parcel;
    }

    public IAsyncEnumerable<int> StressItemsAsync(string folder, string name, int count, int milliseconds, CancellationToken cancellationToken) =>
        StressTask.StreamAsync(context, new StressCall(folder, name, milliseconds), StressTask.CountAsync(count, milliseconds, cancellationToken), cancellationToken);

    public Task<long> StressSumAsync(StressCall which, IAsyncEnumerable<int> numbers, IAsyncEnumerable<byte[]>? arrays, int most, CancellationToken cancellationToken) =>
        StressTask.RunAsync(context, which, async () =>
        {
            long sum = 0;
            await foreach (int number in numbers.Take(most).WithCancellation(cancellationToken))
            {
                sum += number;
            }

            await foreach (byte[] array in (arrays ?? AsyncEnumerable.Empty<byte[]>()).Take(most).WithCancellation(cancellationToken))
            {
                sum += array.Length;
            }

            return sum;
        });

    public Task<int> StressReportAsync(StressCall which, int count, IProgress<int>? numbers, IProgress<byte[]>? arrays, CancellationToken cancellationToken) =>
        StressTask.RunAsync(context, which, () =>
        {
            int reports = 0;
            for (int number = 0; number < count; number++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                numbers?.Report(number);
                reports += numbers is null ? 0 : 1;
                if (number % ArrayEvery == 0)
                {
                    arrays?.Report(new byte[number]);
                    reports += arrays is null ? 0 : 1;
                }
            }

            return Task.FromResult(reports);
        });

    public Task<long> StressAskAsync(StressCall which, string letters, IStressQuestions questions, CancellationToken cancellationToken) =>
        StressTask.RunAsync(context, which, async () =>
        {
            long sum = 0;
            for (int number = 0; number < letters.Length; number++)
            {
                int asked = number;
                sum += letters[number] switch
                {
                    's' => (await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => questions.AnswerAsync('s', asked, cancellationToken)))).Sum(),
                    't' => await AskInVainAsync(questions, number, cancellationToken),
                    'h' => await AskAndWithdrawAsync(questions, number, which.Milliseconds, cancellationToken),
                    char letter => await questions.AnswerAsync(letter, number, cancellationToken),
                };
            }

            return sum;
        });

    public Task<ulong> StressCopyAsync(StressCall which, Stream? source, Stream? destination, SafeFileHandle? note, int piece, CancellationToken cancellationToken) =>
        StressTask.RunAsync(context, which, async () =>
        {
            byte[] buffer = new byte[piece];
            ulong hash = StressHash.Empty;
            while (source is not null && await source.ReadAsync(buffer, cancellationToken) is var count and > 0)
            {
                hash = StressHash.Add(hash, buffer.AsSpan(0, count));
                if (destination is not null)
                {
                    await destination.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
                }
            }

            if (note is not null)
            {
                RandomAccess.Write(note, Encoding.UTF8.GetBytes(which.Name), 0);
            }

            return hash;
        });

    public IAsyncEnumerable<byte[]> StressPiecesAsync(StressCall which, Stream source, Stream? destination, int piece, CancellationToken cancellationToken) =>
        StressTask.StreamAsync(context, which, ReadAsync(source, destination, piece, cancellationToken), cancellationToken);

    public Task<long> StressPipeAsync(StressCall which, IDuplexPipe? pipe, PipeReader? reader, PipeWriter? writer, CancellationToken cancellationToken) =>
        StressTask.RunAsync(context, which, async () =>
        {
            long echoed = 0;
            (PipeReader from, PipeWriter to) = pipe is null ? (reader!, writer!) : (pipe.Input, pipe.Output);
            while (true)
            {
                ReadResult result = await from.ReadAsync(cancellationToken);
                foreach (ReadOnlyMemory<byte> bytes in result.Buffer)
                {
                    StressHash.Invert(bytes.Span, to.GetSpan(bytes.Length));
                    to.Advance(bytes.Length);
                    echoed += bytes.Length;
                }

                from.AdvanceTo(result.Buffer.End);
                if (result.IsCompleted)
                {
                    // What is not flushed is sent when the task ends.
                    return echoed;
                }

                _ = await to.FlushAsync(cancellationToken);
            }
        });

    public Task<int> StressFailAsync(StressCall which, Parcel parcel, CancellationToken cancellationToken) => StressTask.RunAsync<int>(context, which, async () =>
    {
        await Task.Delay(which.Milliseconds / 2, cancellationToken);
        throw new DaemonFaultException<Parcel>(parcel);
    });

    private static async Task<int> AskInVainAsync(IStressQuestions questions, int number, CancellationToken cancellationToken)
    {
        try
        {
            _ = await questions.AnswerAsync('t', number, cancellationToken);
        }
        catch (DaemonRemoteException failure) when (failure.RemoteType == typeof(OwnFailureException).FullName)
        {
            return 0;
        }

        throw new InvalidOperationException("The caller's exception did not reach the handler.");
    }

    private static async Task<int> AskAndWithdrawAsync(IStressQuestions questions, int number, int milliseconds, CancellationToken cancellationToken)
    {
        using var withdrawn = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        withdrawn.CancelAfter(milliseconds);
        try
        {
            _ = await questions.AnswerAsync('h', number, withdrawn.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return 0;
        }

        throw new InvalidOperationException("The caller answered what it does not.");
    }

    private static async IAsyncEnumerable<byte[]> ReadAsync(Stream source, Stream? destination, int piece, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[piece];
        while (await source.ReadAsync(buffer, cancellationToken) is var count and > 0)
        {
            if (destination is not null)
            {
                await destination.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
            }

            yield return buffer[..count];
        }
    }
}
