using System.Diagnostics;
using System.Runtime.CompilerServices;
using DaemonRpc.TestDaemon.Stress;

namespace DaemonRpc.TestDaemon;

internal sealed partial class TestService(DaemonContext context, string? disposalFile) : Visits, ITestService
{
    private readonly long _incarnationday = DateTime.UtcNow.Ticks;
    private int _count;
    private int _running;
    private int _cancelledHolds;

    public Task<int> AddAsync(int left, int right, CancellationToken cancellationToken) => Task.FromResult(left + right);

    public ValueTask<int> SumAsync(int left, int right, CancellationToken cancellationToken) => new(left + right);

    public ValueTask<string> EchoAsync(string? text, CancellationToken cancellationToken) => new(text ?? "(null)");

    public Task<Description> DescribeAsync() => Task.FromResult(new Description(
        Environment.ProcessId,
        context.Instance,
        context.Caller.ProcessId,
        context.Caller.WorkingDirectory,
        _incarnationday,
        context.Caller.Environment.GetValueOrDefault("TESTDAEMON_FORWARDED")));

    public Task SetVariableAsync(string name, string value)
    {
        Environment.SetEnvironmentVariable(name, value);
        return Task.CompletedTask;
    }

    public Task CreateFileAsync(string path) => File.WriteAllTextAsync(path, "");

    public async Task<string?> VariableAsync(string name)
    {
        using Process shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", $"printenv {name}"]) { RedirectStandardOutput = true })!;
        string? value = await shell.StandardOutput.ReadLineAsync();
        await shell.WaitForExitAsync();
        return value;
    }

    public Task<string> TraceAsync() => Traces.DescribeAsync();

    public Task<string> WhichAsync(long number) => Task.FromResult($"long {number}");

    public Task<int> CountAsync() => Task.FromResult(++_count);

    public async Task<int> NoteAsync(string file, string line)
    {
        await File.AppendAllTextAsync(file, line + "\n");
        return Environment.ProcessId;
    }

    public async Task<int> NoteAndDieAsync(string file, string line)
    {
        int processId = await NoteAsync(file, line);
        Process.GetProcessById(processId).Kill();
        return processId;
    }

    public async Task HoldAsync(CancellationToken cancellationToken)
    {
        context.Status.Report("holding", 0.5);
        try
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
        finally
        {
            _cancelledHolds++;
        }
    }

    public Task<int> CancelledHoldsAsync() => Task.FromResult(_cancelledHolds);

    public async Task<int> FinishAnywayAsync(CancellationToken cancellationToken)
    {
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using CancellationTokenRegistration registration = cancellationToken.Register(() => cancelled.SetResult());
        context.Status.Report("holding");
        await cancelled.Task;
        return 7;
    }

    public async Task<int> OverlapAsync(int rounds)
    {
        int most = Interlocked.Increment(ref _running);
        for (int round = 0; round < rounds; round++)
        {
            await Task.Yield();
            most = Math.Max(most, Volatile.Read(ref _running));
        }

        _ = Interlocked.Decrement(ref _running);
        return most - 1;
    }

    public async Task HoldUntilAsync(string file, CancellationToken cancellationToken)
    {
        var created = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var watcher = new FileSystemWatcher(Path.GetDirectoryName(file)!, Path.GetFileName(file));
        watcher.Created += (_, _) => created.TrySetResult();
        watcher.EnableRaisingEvents = true;
        context.Status.Report("holding");
        if (!File.Exists(file))
        {
            await created.Task.WaitAsync(cancellationToken);
        }
    }

    public async Task<int> CheckAsync(string file, bool obeys, CancellationToken cancellationToken)
    {
        context.Status.Report("checking", 0.25);
        while (!File.Exists(file))
        {
            // The work on one file.
            await Task.Delay(1, CancellationToken.None);
            await context.YieldAsync(obeys ? cancellationToken : default);
            while (!obeys && cancellationToken.IsCancellationRequested)
            {
                Thread.SpinWait(1000);
            }
        }

        return _count;
    }

    public Task SpinAsync()
    {
        context.Status.Report("spinning");
        while (true)
        {
            Thread.SpinWait(1000);
        }
    }

    public Task DefyAsync(string how, string folder, CancellationToken cancellationToken)
    {
        Task defying = Defiance.Begin(how, folder, cancellationToken);
        context.Status.Report("spinning");
        return defying;
    }

    public Task EndProcessAsync(string how)
    {
        OwnEnd.Meet(how);
        return Task.CompletedTask;
    }

    public Task HogAsync()
    {
        Load.BlockPoolForGood();
        context.Status.Report("hogging");
        Thread.Sleep(Timeout.Infinite);
        return Task.CompletedTask;
    }

    public Task OccupyAsync(string load, CancellationToken cancellationToken)
    {
        Load.Begin(load, cancellationToken);
        context.Status.Report("occupied");
        _ = cancellationToken.WaitHandle.WaitOne();
        throw new OperationCanceledException(cancellationToken);
    }

    public Task LeavePoolBlockedAsync()
    {
        Load.BlockPoolForGood();
        return Task.CompletedTask;
    }

    public Task WaitForStoppingAsync()
    {
        Load.BlockPoolForGood();
        context.Status.Report("waiting");
        _ = context.Stopping.WaitHandle.WaitOne();
        return Task.CompletedTask;
    }

    public Task ThrowAsync(string message) => throw new InvalidDataException(message);

    public Task ThrowTextlessAsync(string how)
    {
        context.Status.Report("throwing");
        throw new TextlessException(how);
    }

    public Task CancelItselfAsync() => throw new OperationCanceledException("I had enough.");

    public async IAsyncEnumerable<int> NumbersAsync(int count, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (int number = 0; number < count; number++)
        {
            yield return number;
        }

        await Task.CompletedTask;
    }

    public async IAsyncEnumerable<int> FailingNumbersAsync(int count)
    {
        for (int number = 0; number < count; number++)
        {
            yield return number;
        }

        await Task.CompletedTask;
        throw new InvalidDataException("No more numbers.");
    }

    public Task<byte[]> BytesAsync(int length) => Task.FromResult(new byte[length]);

    public Task<int> LengthAsync(byte[] bytes) => Task.FromResult(bytes.Length);

    public Task<byte[]?> MirrorAsync(byte[]? bytes, string text, byte[]? reversed)
    {
        if (bytes is null != reversed is null || text != "between" || !(bytes ?? []).AsSpan().SequenceEqual((reversed ?? []).Reverse().ToArray()))
        {
            throw new InvalidDataException("What came is not what was sent.");
        }

        return Task.FromResult(bytes);
    }

    public async IAsyncEnumerable<byte[]> PiecesAsync(int length, int count, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        byte[] piece = new byte[length];
        for (int number = 0; number < count; number++)
        {
            Array.Fill(piece, (byte)number);
            yield return piece;
        }

        await Task.CompletedTask;
    }

    public Task<Dictionary<string, List<(int Number, string? Text)>>> GroupAsync(IReadOnlyList<string> words) =>
        Task.FromResult(words.Select((word, index) => (index, word)).GroupBy(pair => pair.word[..1])
            .ToDictionary(group => group.Key, group => group.Select(pair => (pair.index, (string?)pair.word)).ToList()));

    public async Task CallItselfAsync(string runtimeDirectory)
    {
        await using TestServiceClient self = await TestServiceClient.ConnectAsync(Waiting(runtimeDirectory, context.Instance));
        _ = await self.AddAsync(1, 2);
    }

    public async Task<string> RelayAsync(string runtimeDirectory, string[] instances)
    {
        if (instances is not [var next, .. var rest])
        {
            return "arrived";
        }

        await using TestServiceClient client = await TestServiceClient.ConnectAsync(Waiting(runtimeDirectory, next));
        try
        {
            return await client.RelayAsync(runtimeDirectory, rest);
        }
        catch (DaemonReentrancyException exception)
        {
            return $"reentrant {exception.Message}";
        }
    }

    public async Task<string> RunShellAsync(string runtimeDirectory, string command)
    {
        using Process shell = StartShell(runtimeDirectory, command);
        string output = await shell.StandardOutput.ReadToEndAsync();
        await shell.WaitForExitAsync();
        return output.TrimEnd('\n');
    }

    public async Task LeaveShellAsync(string runtimeDirectory, string command)
    {
        // Its line tells that it is there; what it writes after that it must write elsewhere.
        using Process shell = StartShell(runtimeDirectory, command);
        _ = await shell.StandardOutput.ReadLineAsync();
    }

    public async Task<string> RunShellThroughAsync(string runtimeDirectory, string instance, string command)
    {
        await using TestServiceClient client = await TestServiceClient.ConnectAsync(Waiting(runtimeDirectory, instance));
        return await client.RunShellAsync(runtimeDirectory, command);
    }

    public Task<int> ReadFolderAsync(string folder)
    {
        int count = 0;
        foreach (string file in Directory.GetFiles(folder).Where(file => !file.Contains(".sock", StringComparison.Ordinal)))
        {
            try
            {
                File.OpenRead(file).Dispose();
                count++;
            }
            catch (IOException)
            {
                // A log that was moved aside; or the spawn lock, which is closed again when .NET finds it locked.
            }
        }

        return Task.FromResult(count);
    }

    public Task PrintAsync(int first, int count)
    {
        for (int number = first; number < first + count; number++)
        {
            Console.WriteLine($"{number:00000000} ".PadRight(99, '.'));
        }

        return Task.CompletedTask;
    }

    public Task<Parcel> ForwardAsync(Parcel parcel) => Task.FromResult(parcel);

    public Task ExitAsync(int code)
    {
        Environment.Exit(code);
        return Task.CompletedTask;
    }

    private static DaemonClientOptions Waiting(string runtimeDirectory, string instance) =>
        new() { RuntimeDirectory = runtimeDirectory, Instance = instance, BusyTimeout = Timeout.InfiniteTimeSpan, StartTimeout = TimeSpan.FromSeconds(60) };

    private static Process StartShell(string runtimeDirectory, string command)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", command]) { RedirectStandardOutput = true };
        start.Environment["DAEMONRPC_DIR"] = runtimeDirectory;
        return Process.Start(start)!;
    }

    /// <summary>Takes until somebody creates the file that the daemon was told, if it was told one.</summary>
    public async ValueTask DisposeAsync()
    {
        if (disposalFile is not null)
        {
            await HoldUntilAsync(disposalFile, CancellationToken.None);
        }

        await Console.Error.WriteLineAsync("The test service was disposed.");
    }
}
