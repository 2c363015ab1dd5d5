using DaemonRpc.Protocol;

namespace DaemonRpc;

/// <summary>What <see cref="DaemonControl.ReportAsync"/> learned about one daemon.</summary>
public sealed class DaemonReport
{
    internal DaemonReport(DaemonHandle daemon, bool isRunning)
    {
        Daemon = daemon;
        IsRunning = isRunning;
    }

    internal DaemonReport(DaemonHandle daemon, Welcome welcome)
        : this(daemon, isRunning: true)
    {
        string mismatch = ProtocolVersion.Differing(welcome.Protocol, ProtocolVersion.Current);
        ProtocolMismatch = mismatch.Length > 0 ? mismatch.Trim() : null;
    }

    /// <summary>The daemon.</summary>
    /// <remarks>
    /// If it did not answer, or has ended, its files tell what they can: the id and instance are empty if no journal names them, the process id is that of
    /// the process that holds the daemon's instance lock, or 0. <see cref="DaemonHandle.StopAsync"/> with force ends also a daemon without a known id.
    /// </remarks>
    public DaemonHandle Daemon { get; }

    /// <summary>Whether the daemon lives, according to the kernel's lock.</summary>
    public bool IsRunning { get; }

    /// <summary>What the daemon answered; null if it did not answer in time, or has ended.</summary>
    public DaemonStatus? Status { get; internal init; }

    /// <summary>Why a running daemon gave no status, as a sentence; null if it gave one, or has ended.</summary>
    public string? Problem { get; internal init; }

    /// <summary>How the daemon's version of the protocol differs from this program's, and what to do, as a sentence; null if it does not, or is unknown.</summary>
    /// <remarks>Status, watch, cancel and stop work all the same; calls do not.</remarks>
    public string? ProtocolMismatch { get; }
}
