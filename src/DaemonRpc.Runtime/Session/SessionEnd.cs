using DaemonRpc.Protocol;

namespace DaemonRpc.Session;

/// <summary>Why a session ended.</summary>
/// <param name="Goodbye">The daemon's goodbye, if it sent one.</param>
/// <param name="Failure">The error, or null when the connection simply ended.</param>
internal sealed record SessionEnd(Goodbye? Goodbye, Exception? Failure)
{
    /// <summary>Returns whether a call with this id certainly did not run, because the daemon had said goodbye before it came.</summary>
    public bool NeverAdmitted(uint callId) => Goodbye is { } goodbye && callId > goodbye.LastAdmitted;

    /// <summary>Formats the reason for people.</summary>
    public string Describe() => this switch
    {
        { Goodbye: { Message.Length: > 0 } goodbye } => goodbye.Message,
        { Failure: { } failure } => failure.Message,
        _ => "The daemon ended the connection without a word; it may have crashed or been killed.",
    };
}
