using DaemonRpc.Framing;
using DaemonRpc.Protocol;

namespace DaemonRpc.Runtime.Tests.Protocol;

/// <summary>Hellos that are read one after another: what they say alike is kept once, and nothing else is mixed up.</summary>
public sealed class HelloTests
{
    [Fact]
    public void Same_texts_and_environment_are_kept_once()
    {
        Hello one = Hello.Read(Bytes(Sent("/home/a")), null);
        Hello other = Hello.Read(Bytes(Sent("/home/b") with { ConnectionKey = 2 }), one);

        Assert.Same(one.Id, other.Id);
        Assert.Same(one.Contract, other.Contract);
        Assert.Same(one.Program, other.Program);
        Assert.Same(one.ProgramPath, other.ProgramPath);
        Assert.Same(one.CultureName, other.CultureName);
        Assert.Equal(("/home/a", 1), (one.WorkingDirectory, one.ConnectionKey));
        Assert.Equal(("/home/b", 2), (other.WorkingDirectory, other.ConnectionKey));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("/home/ä", "/home/ä")]
    [InlineData("/home/ä", "/home/a")]
    [InlineData("/home/a", "/home/ä")]
    [InlineData("/home/a", "/home/a/b")]
    [InlineData("/home/a", "")]
    [InlineData("", "/home/a")]
    public void Text_is_its_own_whatever_the_one_before_said(string before, string text)
    {
        Hello like = Hello.Read(Bytes(Sent(before)), null);

        Assert.Equal(text, Hello.Read(Bytes(Sent(text)), like).WorkingDirectory);
    }

    [Fact]
    public void Environment_is_its_own_whatever_the_one_before_said()
    {
        Dictionary<string, string>[] environments = [[], new() { ["A"] = "1" }, new() { ["A"] = "2" }, new() { ["A"] = "1", ["B"] = "ö=" }, new() { ["A"] = "1" }, []];
        Hello? like = null;
        foreach (Dictionary<string, string> environment in environments)
        {
            Hello hello = Hello.Read(Bytes(Sent("") with { Environment = environment }), like);
            Assert.Equal(environment, hello.Environment);
            like = hello;
        }
    }

    private static Hello Sent(string workingDirectory) => new()
    {
        Id = "com.acme.search",
        Contract = "Acme.ISearch, Acme",
        Program = "search",
        ProgramPath = "/usr/bin/search",
        ConnectionKey = 1,
        WorkingDirectory = workingDirectory,
        CultureName = "en-GB",
    };

    private static byte[] Bytes(Hello hello)
    {
        FrameBuffer frame = FrameBuffer.Rent();
        hello.Write(frame);
        return frame.Payload.ToArray();
    }
}
