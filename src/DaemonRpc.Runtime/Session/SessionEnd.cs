using DaemonRpc.Protocol;

namespace DaemonRpc.Session;

/// <summary>Why a session ended.</summary>
/// <param name="Goodbye">What the daemon said before, if it said anything.</param>
/// <param name="Failure">What went wrong, or null when the connection simply ended.</param>
internal sealed record SessionEnd(Goodbye? Goodbye, Exception? Failure)
{
    /// <summary>Whether a call of this id certainly did not run, as the daemon had said goodbye before it came.</summary>
    public bool NeverAdmitted(uint callId) => Goodbye is { } goodbye && callId > goodbye.LastAdmitted;

    /// <summary>For people.</summary>
    public string Describe() => this switch
    {
        { Goodbye: { Message.Length: > 0 } goodbye } => goodbye.Message,
        { Failure: { } failure } => failure.Message,
        _ => "The daemon ended the connection without a word; it may have crashed or been killed.",
    };
}
