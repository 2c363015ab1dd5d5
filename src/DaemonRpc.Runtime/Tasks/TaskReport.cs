namespace DaemonRpc.Tasks;

/// <summary>What a handler last reported of its task.</summary>
/// <param name="Message">The text for people; null for none.</param>
/// <param name="Progress">The finished share, from 0 to 1; null when unknown.</param>
internal readonly record struct TaskReport(string? Message, double? Progress);
