using System.Diagnostics;

namespace DaemonRpc.Process.Tests.Infrastructure;

/// <summary>A program that a test runs beside itself. Owned by the sandbox, which ends it.</summary>
internal sealed class ToolProcess : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly List<string> _lines = [];
    private readonly List<(Predicate<string> Wanted, TaskCompletionSource<string> Found)> _waiters = [];
    private readonly System.Diagnostics.Process _process;
    private readonly string _commandLine;
    private int? _exitCode;

    public ToolProcess(ProcessStartInfo start)
    {
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        _commandLine = string.Join(' ', start.ArgumentList.Prepend(start.FileName));
        _process = new System.Diagnostics.Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Add(line.Data);
        _process.ErrorDataReceived += (_, line) => Add(line.Data is null ? null : $"error: {line.Data}");
        _ = _process.Start();
        Id = _process.Id;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Id { get; }

    /// <summary>What it has written so far, standard error marked.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_gate)
            {
                return [.. _lines];
            }
        }
    }

    /// <summary>Tells it something on its standard input.</summary>
    public async Task WriteLineAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        await _process.StandardInput.FlushAsync();
    }

    /// <summary>Says that nothing more will come on its standard input.</summary>
    public void EndInput() => _process.StandardInput.Close();

    /// <summary>Waits for a line of output.</summary>
    public async Task<string> LineAsync(Predicate<string> wanted)
    {
        var found = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_lines.Find(wanted) is { } line)
            {
                return line;
            }

            _waiters.Add((wanted, found));
        }

        try
        {
            // Its end ends the waiting too: what is not written by then never will be.
            _ = await Task.WhenAny(found.Task, OutputEndedAsync()).InTime();
        }
        catch (TimeoutException exception)
        {
            throw new TimeoutException($"The line did not come. {this}", exception);
        }

        return found.Task.IsCompleted ? await found.Task : throw new InvalidOperationException($"The line never came. {this}");
    }

    /// <summary>Writes a line to its standard input.</summary>
    public async Task SayAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        await _process.StandardInput.FlushAsync();
    }

    public Task<string> LineAsync(string end) => LineAsync(line => line.EndsWith(end, StringComparison.Ordinal));

    /// <summary>Waits for its end, and the end of its output: of whoever else holds its pipes, too.</summary>
    public async Task<ToolProcess> EndedAsync(int exitCode = 0) => await EndedAsync(Limits.Generous, exitCode);

    /// <summary>Waits longer for what takes its time.</summary>
    public async Task<ToolProcess> EndedAsync(TimeSpan limit, int exitCode = 0)
    {
        try
        {
            await OutputEndedAsync().WaitAsync(limit);
        }
        catch (TimeoutException exception)
        {
            throw new TimeoutException($"The program, or who holds its output, did not end. {this}", exception);
        }

        Assert.True(_exitCode == exitCode, $"Expected exit code {exitCode}. {this}");
        return this;
    }

    /// <summary>Waits for its end, however it comes, and returns the one line it wrote.</summary>
    public async Task<string> LastWordAsync()
    {
        await OutputEndedAsync().InTime();
        return Assert.Single(Lines);
    }

    /// <summary>Waits for its end and returns the one line it wrote.</summary>
    public async Task<string> AnswerAsync(int exitCode = 0) => Assert.Single((await EndedAsync(exitCode)).Lines);

    /// <summary>Waits for its end, however it comes, and returns its exit code.</summary>
    public async Task<int> CodeAsync()
    {
        await OutputEndedAsync().InTime();
        return _exitCode!.Value;
    }

    public void Signal(int signal)
    {
        using WatchedProcess? process = WatchedProcess.TryOpen(Id);
        process?.Signal(signal);
    }

    /// <summary>Stops it with SIGSTOP, and waits until nothing of it runs.</summary>
    public Task FreezeAsync()
    {
        Signal(LibC.Stop);
        return ProcessTable.StoppedAsync(Id);
    }

    /// <summary>Ends it as <c>kill -9</c> does.</summary>
    public void Kill() => Signal(LibC.Kill);

    public async ValueTask DisposeAsync()
    {
        Kill();
        await OutputEndedAsync().InTime();
        _process.Dispose();
    }

    public override string ToString()
    {
        lock (_gate)
        {
            string state = _exitCode is { } code ? $"exit code {code}" : $"process {Id}, running";
            return $"> {_commandLine}\n{state}\n{string.Join('\n', _lines)}";
        }
    }

    private async Task OutputEndedAsync()
    {
        await _process.WaitForExitAsync();
        _exitCode = _process.ExitCode;
    }

    private void Add(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_gate)
        {
            _lines.Add(line);
            foreach ((Predicate<string> wanted, TaskCompletionSource<string> found) in _waiters)
            {
                if (wanted(line))
                {
                    _ = found.TrySetResult(line);
                }
            }
        }
    }
}
