namespace CodeSearch.Query;

/// <summary>What a regular expression demands of a text, as far as trigrams can tell.</summary>
internal abstract record PatternNode
{
    /// <summary>Matches some text of which nothing is known.</summary>
    public static PatternNode Unknown { get; } = new UnknownNode();

    /// <summary>Matches a place, such as the start of a line. What stands before and after it touches.</summary>
    public static PatternNode Place { get; } = new PlaceNode();
}

/// <summary>One UTF-16 character.</summary>
internal sealed record CharacterNode(char Value, bool IgnoreCase) : PatternNode;

/// <summary>One after another, nothing in between.</summary>
internal sealed record SequenceNode(IReadOnlyList<PatternNode> Items) : PatternNode;

/// <summary>One of several.</summary>
internal sealed record ChoiceNode(IReadOnlyList<PatternNode> Options) : PatternNode;

/// <summary>Something once or more often.</summary>
internal sealed record RepeatedNode(PatternNode Item) : PatternNode;

/// <inheritdoc cref="PatternNode.Unknown"/>
internal sealed record UnknownNode : PatternNode;

/// <inheritdoc cref="PatternNode.Place"/>
internal sealed record PlaceNode : PatternNode;
