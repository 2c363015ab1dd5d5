namespace CodeSearch.Query;

/// <summary>The expression holds something that <see cref="PatternParser"/> does not know for certain.</summary>
internal sealed class NotUnderstoodException : Exception;
