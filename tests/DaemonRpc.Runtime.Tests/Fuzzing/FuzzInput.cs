using System.Globalization;
using System.Text;
using DaemonRpc.Framing;

namespace DaemonRpc.Runtime.Tests.Fuzzing;

/// <summary>Something that a hostile end does: it sends bytes, usually one frame, with descriptors; or it waits for the other end's next frame.</summary>
/// <param name="Bytes">What is sent; empty for a wait.</param>
/// <param name="Passed">The descriptors that travel with the first byte.</param>
internal sealed record FuzzStep(byte[] Bytes, PassedKind[] Passed)
{
    public static FuzzStep Await { get; } = new([], []);

    public bool IsAwait => Bytes.Length == 0;
}

/// <summary>All that a hostile end says. Its text is the format of the corpus.</summary>
/// <remarks>
/// <code>
/// # A comment.
/// client ready                        who is hostile, and what it meets
/// > 05000000 03 01000000 00112233… pipe   a step of the client: bytes in hexadecimal, then its descriptors; &lt; for the daemon's
/// .                                   waits for the other end's next frame, for a moment
/// </code>
/// </remarks>
/// <param name="Target">The hostile end: <c>client</c>, <c>daemon</c>, or <c>message</c> for the bytes of one message.</param>
/// <param name="Scenario">What the hostile end meets: the server's state, the client's call, or the message's reader.</param>
/// <param name="Steps">What it does.</param>
internal sealed record FuzzInput(string Target, string Scenario, IReadOnlyList<FuzzStep> Steps)
{
    private const int BytesOfGroup = 16;

    public int Length => Steps.Sum(static step => step.Bytes.Length);

    public static FuzzInput Parse(string text)
    {
        string[]? head = null;
        List<FuzzStep> steps = [];
        foreach (string line in text.Split('\n').Select(static line => line.Trim()).Where(static line => line.Length > 0 && line[0] != '#'))
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (head is null)
            {
                head = words;
            }
            else
            {
                steps.Add(words[0] == "." ? FuzzStep.Await : ParseStep(words[1..]));
            }
        }

        return head is [string target, string scenario] ? new FuzzInput(target, scenario, steps) : throw new FormatException($"The first line names no target and scenario:\n{text}");
    }

    public override string ToString()
    {
        StringBuilder text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{Target} {Scenario}\n");
        foreach (FuzzStep step in Steps)
        {
            _ = text.Append(step.IsAwait ? "." : Target == "daemon" ? "<" : ">");
            int at = 0;
            foreach (int size in step.Bytes.Length < FrameHeader.Size ? [] : new[] { 4, 1, 4 })
            {
                _ = text.Append(' ').Append(Convert.ToHexString(step.Bytes, at, size));
                at += size;
            }

            for (; at < step.Bytes.Length; at += BytesOfGroup)
            {
                _ = text.Append(' ').Append(Convert.ToHexString(step.Bytes, at, Math.Min(BytesOfGroup, step.Bytes.Length - at)));
            }

            foreach (PassedKind kind in step.Passed)
            {
                _ = text.Append(' ').Append(kind.ToString().ToLowerInvariant());
            }

            _ = text.Append('\n');
        }

        return text.ToString();
    }

    private static FuzzStep ParseStep(string[] words)
    {
        string[] hexadecimal = [.. words.TakeWhile(static word => word.All(char.IsAsciiHexDigit))];
        return new FuzzStep(
            [.. hexadecimal.SelectMany(Convert.FromHexString)],
            [.. words.Skip(hexadecimal.Length).Select(static word => Enum.Parse<PassedKind>(word, ignoreCase: true))]);
    }
}
