namespace CodeSearch.Query;

/// <summary>Reads a .NET regular expression just as far as needed to know which literals every hit holds.</summary>
/// <remarks>
/// The expression has been accepted by .NET before. Whatever this parser does not know for certain makes it give up on
/// the whole expression: a search that reads too many files is slow, one that reads too few is wrong.
/// </remarks>
internal sealed class PatternParser
{
    private const int DeepestNesting = 100;

    private readonly string _pattern;
    private int _position;
    private int _depth;
    private bool _ignoreCase;

    private PatternParser(string pattern, bool ignoreCase)
    {
        _pattern = pattern;
        _ignoreCase = ignoreCase;
    }

    /// <summary>What the expression demands; <see cref="PatternNode.Unknown"/> when that is not understood.</summary>
    public static PatternNode Parse(string pattern, bool ignoreCase)
    {
        PatternParser parser = new(pattern, ignoreCase);
        try
        {
            PatternNode node = parser.ReadChoice();
            return parser.AtEnd ? node : PatternNode.Unknown;
        }
        catch (NotUnderstoodException)
        {
            return PatternNode.Unknown;
        }
    }

    private bool AtEnd => _position == _pattern.Length;

    private PatternNode ReadChoice()
    {
        if (++_depth > DeepestNesting)
        {
            throw new NotUnderstoodException();
        }

        List<PatternNode> options = [ReadSequence()];
        while (TryTake('|'))
        {
            options.Add(ReadSequence());
        }

        _depth--;
        return options.Count == 1 ? options[0] : new ChoiceNode(options);
    }

    private SequenceNode ReadSequence()
    {
        List<PatternNode> items = [];
        while (!AtEnd && _pattern[_position] is not ('|' or ')'))
        {
            PatternNode? item = ReadItem();
            PatternQuantifier? quantifier = PatternQuantifier.TryRead(_pattern, ref _position);
            if (item is null && quantifier is not null)
            {
                throw new NotUnderstoodException();
            }

            if (item is not null)
            {
                items.Add(quantifier is null ? item : quantifier.Value.ApplyTo(item));
            }
        }

        return new SequenceNode(items);
    }

    // Null for what is not part of the text, such as "(?i)".
    private PatternNode? ReadItem()
    {
        char next = _pattern[_position++];
        switch (next)
        {
            case '(':
                return ReadGroup();
            case '[':
                return ReadClass();
            case '\\':
                return PatternEscape.Read(_pattern, ref _position, _ignoreCase);
            case '.':
                return PatternNode.Unknown;
            case '^' or '$':
                return PatternNode.Place;
            case '*' or '+' or '?':
                throw new NotUnderstoodException();
            default:
                return new CharacterNode(next, _ignoreCase);
        }
    }

    private PatternNode? ReadGroup()
    {
        bool outerIgnoreCase = _ignoreCase;
        PatternGroupKind kind = PatternGroup.Read(_pattern, ref _position, ref _ignoreCase);
        if (kind == PatternGroupKind.OptionsOnly)
        {
            return null;
        }

        PatternNode inside = ReadChoice();
        Take(')');
        _ignoreCase = outerIgnoreCase;

        // What is looked at beside the text may overlap with it, so it is no part of the sequence.
        return kind == PatternGroupKind.Look ? new RepeatedNode(PatternNode.Unknown) : inside;
    }

    private UnknownNode ReadClass()
    {
        TryTake('^');

        // A bracket that closes at once is a member.
        bool isFirst = true;
        while (!TryTake(']') || isFirst)
        {
            isFirst = false;
            if (AtEnd || _pattern[_position] == '[')
            {
                // Subtraction, and "[:", are read by .NET in ways of their own.
                throw new NotUnderstoodException();
            }

            if (_pattern[_position] == '\\')
            {
                _position++;
            }

            _position++;
        }

        return (UnknownNode)PatternNode.Unknown;
    }

    private bool TryTake(char expected)
    {
        if (AtEnd || _pattern[_position] != expected)
        {
            return false;
        }

        _position++;
        return true;
    }

    private void Take(char expected)
    {
        if (!TryTake(expected))
        {
            throw new NotUnderstoodException();
        }
    }
}
