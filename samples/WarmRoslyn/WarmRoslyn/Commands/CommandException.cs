namespace WarmRoslyn.Commands;

/// <summary>The command cannot be done; the message says why, to the user.</summary>
internal sealed class CommandException(string message) : Exception(message);
