using System.Globalization;
using DaemonRpc.Journal;
using DaemonRpc.Launch;
using DaemonRpc.Program;
using DaemonRpc.Protocol;
using DaemonRpc.Testing.Processes;
using DaemonRpc.Transport;

namespace DaemonRpc.Testing.InProcess;

/// <summary>A start that fails: a real process that writes some lines and ends. So the exception, with its log, is the one of any such start.</summary>
/// <param name="exitCode">The process's exit code.</param>
/// <param name="lines">What it writes.</param>
internal sealed class FailingStart(int exitCode, IReadOnlyList<string> lines) : IDisposable
{
    // Writes each of its arguments as a line, after the first, its exit code.
    private const string Script = "code=$1; shift; for line in \"$@\"; do printf '%s\\n' \"$line\" >&2; done; exit \"$code\"";

    private readonly DaemonFolder _folder = DaemonFolder.Create();

    /// <summary>Starts the process, which always fails.</summary>
    /// <exception cref="DaemonStartException">Always.</exception>
    public void Run(DaemonAddress address, Hello hello, LaunchReason reason, Deadline deadline)
    {
        var real = new DaemonAddress(address.Id, address.Instance, _folder.RuntimeDirectory, address.Variant);
        var program = new LaunchProgram("/bin/sh", ["-c", Script, "sh", exitCode.ToString(CultureInfo.InvariantCulture), .. lines]);
        _ = new DaemonConnector(real, new SocketDialer(real), program).Connect(hello, reason, deadline);
    }

    public void Dispose() => _folder.Delete();
}
