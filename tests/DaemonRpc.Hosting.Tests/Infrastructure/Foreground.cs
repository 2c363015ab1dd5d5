using System.Diagnostics;
using System.Runtime.InteropServices;

namespace DaemonRpc.Hosting.Tests.Infrastructure;

/// <summary>A daemon in the foreground. Stopped at the end, if it still runs, or killed if it does not stop.</summary>
internal sealed partial class Foreground : IDisposable
{
    public const int Terminate = 15;

    private readonly Process _process;

    public Foreground(ProcessStartInfo start)
    {
        _process = Process.Start(start)!;
        Ended = EndAsync();
    }

    public int Id => _process.Id;

    /// <summary>What it wrote, when it has ended.</summary>
    public Task<string> Ended { get; }

    /// <summary>Its exit code, when it has ended; 128 and the signal if one ended it.</summary>
    public async Task<int> ExitCodeAsync()
    {
        string output = await Ended.InTime();
        TestContext.Current.TestOutputHelper?.WriteLine(output);
        return _process.ExitCode;
    }

    public void Send(int signal) => Assert.Equal(0, Kill(Id, signal));

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _ = Kill(Id, Terminate);
            if (!_process.WaitForExit(Limits.Generous))
            {
                _process.Kill();
                _process.WaitForExit();
            }
        }

        _process.Dispose();
    }

    private async Task<string> EndAsync()
    {
        Task<string> errors = _process.StandardError.ReadToEndAsync();
        string output = await _process.StandardOutput.ReadToEndAsync();
        await _process.WaitForExitAsync();
        return output + await errors;
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int processId, int signal);
}
