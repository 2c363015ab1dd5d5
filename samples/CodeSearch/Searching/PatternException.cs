namespace CodeSearch.Searching;

/// <summary>The user's pattern cannot be searched for. The message says where and why.</summary>
internal sealed class PatternException(string message, Exception? innerException = null) : Exception(message, innerException);
