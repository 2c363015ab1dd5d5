using System.Collections.Concurrent;
using System.Text;
using System.Text.RegularExpressions;
using CodeSearch.Contract;
using CodeSearch.Query;
using DaemonRpc;

namespace CodeSearch.Searching;

/// <summary>A query made ready: which files to read, and what decides about a line.</summary>
internal sealed class SearchPattern
{
    /// <summary>
    /// How long one line may take an expression that has to backtrack. It is also how late a cancellation may be seen
    /// then, so it is kept below the grace that a daemon grants.
    /// </summary>
    private static readonly TimeSpan s_backtrackingLimit = TimeSpan.FromMilliseconds(500);

    private readonly ConcurrentBag<ILineMatcher> _matchers = [];
    private readonly Func<ILineMatcher> _create;

    private SearchPattern(QueryPlan plan, Func<ILineMatcher> create)
    {
        Plan = plan;
        _create = create;
        _matchers.Add(create());
    }

    public QueryPlan Plan { get; }

    /// <summary>Prepares a query.</summary>
    /// <exception cref="DaemonFaultException{PatternProblem}">The pattern is not a regular expression.</exception>
    public static SearchPattern Compile(SearchQuery query)
    {
        if (query.IsLiteral && !query.IgnoreCase)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(query.Pattern);
            return new SearchPattern(QueryPlan.ForLiteral(query.Pattern, ignoreCase: false), () => new LiteralMatcher(bytes));
        }

        string expression = query.IsLiteral ? Regex.Escape(query.Pattern) : query.Pattern;
        RegexOptions options = OptionsFor(query);
        Check(expression, options);
        QueryPlan plan = query.IsLiteral
            ? QueryPlan.ForLiteral(query.Pattern, ignoreCase: true)
            : QueryPlan.For(expression, query.IgnoreCase);
        return new SearchPattern(plan, () => new RegexMatcher(Build(expression, options)));
    }

    /// <summary>Makes sure that a query can be searched for, at less cost than preparing it.</summary>
    /// <exception cref="DaemonFaultException{PatternProblem}">The pattern is not a regular expression.</exception>
    public static void Check(SearchQuery query)
    {
        if (!query.IsLiteral)
        {
            Check(query.Pattern, OptionsFor(query));
        }
    }

    /// <summary>A matcher for one thread, to be given back.</summary>
    public ILineMatcher Rent() => _matchers.TryTake(out ILineMatcher? matcher) ? matcher : _create();

    public void Return(ILineMatcher matcher) => _matchers.Add(matcher);

    private static RegexOptions OptionsFor(SearchQuery query) =>
        RegexOptions.CultureInvariant | (query.IgnoreCase ? RegexOptions.IgnoreCase : RegexOptions.None);

    private static void Check(string expression, RegexOptions options)
    {
        try
        {
            _ = new Regex(expression, options, s_backtrackingLimit);
        }
        catch (RegexParseException e)
        {
            // The message quotes the expression and names the place.
            throw new PatternProblem($"Not a regular expression. {e.Message}").ToException();
        }
    }

    // Without backtracking the time goes with the length of the line, whatever the expression.
    private static Regex Build(string expression, RegexOptions options)
    {
        try
        {
            return new Regex(expression, options | RegexOptions.NonBacktracking);
        }
        catch (NotSupportedException)
        {
            // It looks around, refers back, or would make too large an automaton.
            return new Regex(expression, options, s_backtrackingLimit);
        }
    }
}
