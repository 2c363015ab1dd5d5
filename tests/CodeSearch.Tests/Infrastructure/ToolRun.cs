using System.Diagnostics;
using System.Text;

namespace CodeSearch.Tests.Infrastructure;

/// <summary>One run of the built codesearch, in a world of its own.</summary>
internal sealed class ToolRun : IDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _errors = new();
    private readonly TaskCompletionSource _firstOutput = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task<string> _output;

    private ToolRun(Process process, bool isRead)
    {
        _process = process;
        process.ErrorDataReceived += (_, e) =>
        {
            if (e.Data is not null)
            {
                lock (_errors)
                {
                    _errors.AppendLine(e.Data);
                }
            }
        };
        process.BeginErrorReadLine();
        if (isRead)
        {
            _output = ReadOutputAsync();
        }
        else
        {
            process.StandardOutput.Close();
            _output = Task.FromResult("");
        }
    }

    /// <summary>How long anything may take before a test is taken to hang.</summary>
    public static TimeSpan Limit { get; } = TimeSpan.FromSeconds(60);

    public int ProcessId => _process.Id;

    /// <summary>The tool as it was built: its host stands beside this assembly, as the project is referenced.</summary>
    public static string BuiltProgram => Path.Combine(AppContext.BaseDirectory, "codesearch");

    /// <summary>Starts the tool with a runtime directory of the test's own.</summary>
    public static ToolRun Start(string program, string runtimeDirectory, string workingDirectory, params string[] arguments) =>
        new(Begin(program, runtimeDirectory, workingDirectory, arguments), isRead: true);

    /// <summary>Starts the tool, whose standard output nobody reads: the other end of the pipe is closed.</summary>
    public static ToolRun StartUnread(string program, string runtimeDirectory, string workingDirectory, params string[] arguments) =>
        new(Begin(program, runtimeDirectory, workingDirectory, arguments), isRead: false);

    private static Process Begin(string program, string runtimeDirectory, string workingDirectory, string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            WorkingDirectory = workingDirectory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DAEMONRPC_DIR"] = runtimeDirectory;
        return Process.Start(start)!;
    }

    /// <summary>Waits until the tool has written something to standard output.</summary>
    public Task FirstOutputAsync() => _firstOutput.Task.WaitAsync(Limit);

    /// <summary>Waits for the end of the run.</summary>
    public async Task<ToolResult> EndAsync()
    {
        try
        {
            await _process.WaitForExitAsync().WaitAsync(Limit);
            string output = await _output.WaitAsync(Limit);
            lock (_errors)
            {
                return new ToolResult(_process.ExitCode, output, _errors.ToString());
            }
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"codesearch {string.Join(' ', _process.StartInfo.ArgumentList)} does not end. It said so far: {_errors}");
        }
    }

    /// <summary>As Ctrl-C in its terminal.</summary>
    public void Interrupt() => Signal("INT");

    public void Kill() => _process.Kill();

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private async Task<string> ReadOutputAsync()
    {
        StringBuilder output = new();
        char[] buffer = new char[4096];
        while (await _process.StandardOutput.ReadAsync(buffer) is > 0 and int count)
        {
            output.Append(buffer, 0, count);
            _firstOutput.TrySetResult();
        }

        return output.ToString();
    }

    private void Signal(string name) => Tool.Run("/", "kill", [$"-{name}", $"{_process.Id}"]);
}

/// <summary>What a run left behind.</summary>
internal sealed record ToolResult(int ExitCode, string Output, string Errors);
