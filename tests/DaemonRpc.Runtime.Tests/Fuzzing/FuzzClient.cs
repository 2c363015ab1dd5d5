using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using DaemonRpc.CodeGen;
using DaemonRpc.Launch;
using DaemonRpc.Protocol;

namespace DaemonRpc.Runtime.Tests.Fuzzing;

/// <summary>A real client that makes one call or asks one question, of each shape, and has its own code run for it.</summary>
/// <param name="folder">Where the daemon's socket is.</param>
internal sealed class FuzzClient(string folder) : IAsyncDisposable
{
    // Short: a daemon that lies about leaving or is silent is waited for as long.
    private static readonly TimeSpan s_startTimeout = TimeSpan.FromMilliseconds(300);

    private const int MostBytesRead = 100_000;

    private readonly HeardLog _log = new();
    private CallChannel? _channel;
    private int _begun;
    private int _ended;

    public static DaemonAddress AddressIn(string folder) => new(FuzzDispatcher.Contract.Id, "", folder);

    /// <summary>Whether nothing of the caller's own code runs any more.</summary>
    public bool IsAtRest => Volatile.Read(ref _begun) == Volatile.Read(ref _ended);

    /// <summary>Does what a scenario is called after, and returns what came of it.</summary>
    public async Task<string> RunAsync(string scenario)
    {
        DaemonAddress address = AddressIn(folder);
        var handle = new DaemonHandle(new SocketDialer(address), address, s_startTimeout, new Welcome(), DaemonOrigin.Reused, "");
        switch (scenario)
        {
            case "status":
                return $"{(await handle.GetStatusAsync()).State}";

            case "watch":
                return $"{await handle.WatchStatusAsync().Take(5).CountAsync()}";

            case "cancel":
                return $"{await handle.CancelAsync()}";

            case "stop":
                await handle.StopAsync();
                return "stopped";

            case "outcome":
                return $"{(await handle.FindOutcomeAsync(new TaskOutcome { ConnectionKey = 1, CallId = 1 }, CancellationToken.None))?.Outcome}";

            default:
                await ConnectAsync();
                return await CallAsync(scenario);
        }
    }

    /// <summary>Makes a call when an honest daemon has taken the hostile one's place.</summary>
    public async Task<string> EchoAsync(string text)
    {
        // It cannot call another before it has noticed that the first has gone.
        FuzzLimits.Until(() => _channel?.Connection.OpenSession is null, static () => "The client does not notice that the daemon has ended the connection.");
        await ConnectAsync();
        return await Request(FuzzMethod.Echo).With(text).SendAsync<string>(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        if (_channel is not null)
        {
            await _channel.DisposeAsync();
        }

        _log.Dispose();
    }

    private async Task ConnectAsync() => _channel ??= await CallChannel.ConnectAsync(
        FuzzDispatcher.Contract,
        static channel => channel,
        new DaemonClientOptions { RuntimeDirectory = folder, Launch = DaemonLaunch.None, StartTimeout = s_startTimeout, LoggerFactory = _log, TaskLogLevel = Microsoft.Extensions.Logging.LogLevel.Debug },
        CancellationToken.None);

    private CallRequest Request(FuzzMethod method) => _channel!.Request((uint)method, $"{method}Async");

    private async Task<string> CallAsync(string scenario)
    {
        var words = new Received<string>();
        var pieces = new Received<byte[]>();
        switch (scenario)
        {
            case "echo":
                return await Request(FuzzMethod.Echo).With("text").SendAsync<string>(CancellationToken.None);

            case "bytes":
                return $"{(await Request(FuzzMethod.Values).SendAsync<byte[]>(CancellationToken.None))?.Length}";

            case "stream":
                return $"{await Request(FuzzMethod.Stream).With(20).StreamAsync<byte[]>(CancellationToken.None).CountAsync()}";

            case "work":
                _ = await Request(FuzzMethod.Work).WithProgress(words).WithProgress(pieces).SendAsync<byte[]>(CancellationToken.None);
                return $"{words.Reports.Count + pieces.Reports.Count}";

            case "import":
                return await Request(FuzzMethod.Import).WithStream(YieldAsync(new byte[300])).WithStream(YieldAsync("word")).SendAsync<string>(CancellationToken.None);

            case "convert":
                return $"{await Request(FuzzMethod.Convert).WithStream(YieldAsync("one")).StreamAsync<string>(CancellationToken.None).CountAsync()}";

            case "ask":
                var questions = new Questions { OnAsk = AnswerAsync, OnFetch = Task.FromResult };
                return await Request(FuzzMethod.Ask).WithCallback<IQuestions>(questions, static target => new QuestionsDispatcher(target)).WithProgress(words).SendAsync<string>(CancellationToken.None);

            case "files":
                using (var reading = new MemoryStream(new byte[100]))
                using (var writing = new MemoryStream())
                {
                    return await Request(FuzzMethod.Files).WithFile(reading).WithFile(PipeReader.Create(new ReadOnlySequence<byte>([1, 2]))).WithFile(PipeWriter.Create(writing, new StreamPipeWriterOptions(leaveOpen: true)))
                        .SendAsync<string>(CancellationToken.None);
                }

            case "open":
                return await ReadAsync(await Request(FuzzMethod.Open).With(1).OpenAsync<Stream?>(CancellationToken.None));

            default:
                throw new FormatException($"There is no scenario '{scenario}'.");
        }
    }

    /// <summary>Reads a stream, but not to the end of one that has none.</summary>
    private static async Task<string> ReadAsync(Stream? stream)
    {
        if (stream is null)
        {
            return "null";
        }

        await using (stream)
        {
            byte[] buffer = new byte[1000];
            int length = 0;
            while (stream.CanRead && length < MostBytesRead && await stream.ReadAsync(buffer) is var read and > 0)
            {
                length += read;
            }

            return $"{length}";
        }
    }

    private async ValueTask<string> AnswerAsync(string question, CancellationToken cancellationToken)
    {
        _ = Interlocked.Increment(ref _begun);
        try
        {
            await Task.Yield();
            return question == "fail" ? throw new InvalidDataException("As the test wants it.") : $"{question}!";
        }
        finally
        {
            _ = Interlocked.Increment(ref _ended);
        }
    }

    private async IAsyncEnumerable<T> YieldAsync<T>(T item, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        _ = Interlocked.Increment(ref _begun);
        try
        {
            for (int number = 0; number < 20; number++)
            {
                if (number % 8 == 7)
                {
                    await Task.Yield();
                }

                cancellationToken.ThrowIfCancellationRequested();
                yield return item;
            }
        }
        finally
        {
            _ = Interlocked.Increment(ref _ended);
        }
    }
}
