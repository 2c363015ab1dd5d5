using System.Collections;
using System.Globalization;
using System.Text;

namespace DaemonRpc.Logging;

/// <summary>A message with the values it names, as loggers expect one: for people its text, for machines the values and the template.</summary>
/// <param name="template">With a name, and maybe a format, in braces where each value stands: <c>{Seconds:0.0}</c>.</param>
/// <param name="values">In the order of the template.</param>
internal sealed class LogEntry(string template, object?[] values) : IReadOnlyList<KeyValuePair<string, object?>>
{
    private const string TemplateName = "{OriginalFormat}";

    public int Count => values.Length + 1;

    public KeyValuePair<string, object?> this[int index]
    {
        get
        {
            if (index == values.Length)
            {
                return new KeyValuePair<string, object?>(TemplateName, template);
            }

            int start = 0;
            for (int before = 0; before < index; before++)
            {
                start = template.IndexOf('}', start) + 1;
            }

            (string name, _) = Placeholder(template.IndexOf('{', start), out _);
            return new KeyValuePair<string, object?>(name, values[index]);
        }
    }

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
    {
        for (int index = 0; index < Count; index++)
        {
            yield return this[index];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The text, in the invariant culture.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        int start = 0;
        foreach (object? value in values)
        {
            int open = template.IndexOf('{', start);
            _ = text.Append(template, start, open - start);
            (_, string? format) = Placeholder(open, out start);
            _ = text.Append(value is IFormattable formattable ? formattable.ToString(format, CultureInfo.InvariantCulture) : value?.ToString() ?? "(null)");
        }

        return text.Append(template, start, template.Length - start).ToString();
    }

    /// <summary>What stands in braces from there on, and where the template goes on.</summary>
    private (string Name, string? Format) Placeholder(int open, out int end)
    {
        end = template.IndexOf('}', open) + 1;
        string[] parts = template[(open + 1)..(end - 1)].Split(':', 2);
        return (parts[0], parts is [_, var format] ? format : null);
    }
}
