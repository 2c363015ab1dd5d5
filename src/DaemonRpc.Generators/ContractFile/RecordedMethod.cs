using System.Text.RegularExpressions;

namespace DaemonRpc.Generators.ContractFile;

/// <summary>A method's line in the contract file.</summary>
/// <remarks><c>Acme.IFileSearch.FindAsync(string pattern, int limit = default) : stream Acme.Hit faults Acme.Problem</c></remarks>
internal sealed class RecordedMethod
{
    public const string Optional = " = default";

    private static readonly Regex s_line = new(@"^(?<contract>.+)\.(?<name>[^.(]+)\((?<parameters>.*)\)(?<answer>( : [^()]+)?( faults [^()]+)?)$", RegexOptions.CultureInvariant);

    private RecordedMethod(string line, Match match)
    {
        Line = line;
        Contract = match.Groups["contract"].Value;
        Name = match.Groups["name"].Value;
        Answer = match.Groups["answer"].Value;
        string[] parameters = [.. Split(match.Groups["parameters"].Value)];
        Parameters = [.. parameters.Select(static text => text.EndsWith(Optional, StringComparison.Ordinal) ? text.Substring(0, text.Length - Optional.Length) : text)];
        Fewest = parameters.Length - Enumerable.Reverse(parameters).TakeWhile(static text => text.EndsWith(Optional, StringComparison.Ordinal)).Count();
    }

    public string Line { get; }

    /// <summary>The contract's full name.</summary>
    public string Contract { get; }

    public string Name { get; }

    /// <summary>The line without the contract.</summary>
    public string Signature => Line.Substring(Contract.Length + 1);

    private string Answer { get; }

    private string[] Parameters { get; }

    /// <summary>The number of arguments that a call has at least.</summary>
    private int Fewest { get; }

    /// <summary>Reads a line; returns null if it is no method's.</summary>
    public static RecordedMethod? Read(string line) => s_line.Match(line) is { Success: true } match ? new RecordedMethod(line, match) : null;

    /// <summary>Whether this method understands every call of an earlier one, and a build with the earlier one all calls of this that pass default values.</summary>
    public bool Extends(RecordedMethod earlier) =>
        Name == earlier.Name
        && Answer == earlier.Answer
        && Fewest <= earlier.Fewest
        && Parameters.Length >= earlier.Parameters.Length
        && Parameters.Take(earlier.Parameters.Length).SequenceEqual(earlier.Parameters);

    // The commas between type arguments are no separators.
    private static IEnumerable<string> Split(string parameters)
    {
        int depth = 0;
        int start = 0;
        for (int index = 0; index < parameters.Length; index++)
        {
            depth += parameters[index] switch
            {
                '<' or '[' => 1,
                '>' or ']' => -1,
                _ => 0,
            };
            if (parameters[index] == ',' && depth == 0)
            {
                yield return parameters.Substring(start, index - start);
                start = index + 2;
            }
        }

        if (start < parameters.Length)
        {
            yield return parameters.Substring(start);
        }
    }
}
