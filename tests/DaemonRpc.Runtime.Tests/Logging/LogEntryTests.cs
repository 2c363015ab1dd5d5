using DaemonRpc.Logging;

namespace DaemonRpc.Runtime.Tests.Logging;

public sealed class LogEntryTests
{
    [Fact]
    public void Text_has_the_values_in_the_invariant_culture()
    {
        var entry = new LogEntry("{Method} took {Seconds:0.0} s, and {Nothing}.", ["Sum", 1.25, null]);

        Assert.Equal("Sum took 1.3 s, and (null).", entry.ToString());
    }

    [Fact]
    public void Values_have_their_names_and_the_template_comes_last()
    {
        var entry = new LogEntry("{Path} grew to {Length:0}: {Path}.1", ["/log", 12L, "/log"]);

        Assert.Equal(
            [new("Path", "/log"), new("Length", 12L), new("Path", "/log"), new("{OriginalFormat}", "{Path} grew to {Length:0}: {Path}.1")],
            entry);
        Assert.Equal(entry, Enumerable.Range(0, entry.Count).Select(index => entry[index]));
    }

    [Fact]
    public void Text_without_values_is_the_template() => Assert.Equal("As it is.", new LogEntry("As it is.", []).ToString());

    [Fact]
    public void Braces_in_a_value_stay() => Assert.Equal("Stopping: {Id}", new LogEntry("Stopping: {Reason}", ["{Id}"]).ToString());
}
