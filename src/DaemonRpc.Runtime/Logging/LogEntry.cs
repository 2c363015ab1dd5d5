using System.Collections;
using System.Globalization;
using System.Text;

namespace DaemonRpc.Logging;

/// <summary>A log message with named values, as loggers expect it: the text for people, the values and the template for machines.</summary>
/// <param name="template">The text, with a name and optionally a format in braces for each value: <c>{Seconds:0.0}</c>.</param>
/// <param name="values">The values, in the order of the template.</param>
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

    /// <summary>Formats the text in the invariant culture.</summary>
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

    /// <summary>Parses the placeholder that opens at an index, and returns where the template continues.</summary>
    private (string Name, string? Format) Placeholder(int open, out int end)
    {
        end = template.IndexOf('}', open) + 1;
        string[] parts = template[(open + 1)..(end - 1)].Split(':', 2);
        return (parts[0], parts is [_, var format] ? format : null);
    }
}
