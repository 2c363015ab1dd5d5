using DaemonRpc.Framing;

namespace DaemonRpc.Runtime.Tests.Framing;

public sealed class RecentAttachmentTests
{
    private const int Large = 100_000;
    private const int Megabyte = 1024 * 1024;

    private readonly RecentAttachment _recent = new();

    [Fact]
    public void Array_is_kept_until_the_next_comes()
    {
        byte[] next = new byte[Large];
        _recent.Keep(new byte[Large]);

        _recent.Keep(next);

        Assert.Same(next, _recent.Attachment);
    }

    [Fact]
    public void Array_is_let_go_of_when_it_has_aged_twice()
    {
        _recent.Keep(new byte[Large]);

        _recent.Age();
        Assert.NotNull(_recent.Attachment);

        _recent.Age();
        Assert.Null(_recent.Attachment);
    }

    [Fact]
    public void Array_that_comes_between_does_not_age_with_the_one_before()
    {
        _recent.Keep(new byte[Large]);
        _recent.Age();
        _recent.Keep(new byte[Large]);

        _recent.Age();

        Assert.NotNull(_recent.Attachment);
    }

    [Theory]
    [InlineData(84_999, false)]
    [InlineData(85_000, true)]
    [InlineData(Megabyte, true)]
    [InlineData(Megabyte + 1, false)]
    public void Only_what_is_large_and_not_very_large_is_kept(int size, bool isKept)
    {
        _recent.Keep(new byte[size]);

        Assert.Equal(isKept, _recent.Attachment is not null);
    }

    [Fact]
    public void Array_is_let_go_of_at_once_when_it_is_to_be_forgotten()
    {
        _recent.Keep(new byte[Large]);

        _recent.Forget();

        Assert.Null(_recent.Attachment);
    }

    [Fact]
    public void Collections_age_it_again_and_again()
    {
        _ = _recent.AgedByCollections();
        for (int time = 0; time < 3; time++)
        {
            _recent.Keep(new byte[Large]);

            Collect();
            Collect();

            Assert.Null(_recent.Attachment);
        }
    }

    [Fact]
    public void Attachment_that_a_reader_receives_is_kept()
    {
        byte[] attachment = new byte[Large];
        FrameBuffer frame = FrameBuffer.Rent();
        Assert.True(Attachment.TryWrite(frame, attachment));
        _ = frame.Finish(FrameKind.Item, 1);
        var reader = new FrameReader(new ScriptedChannel([.. frame.Frame, .. frame.Attachment]), _recent) { MaxPayloadBytes = FrameLimits.Default };

        Assert.True(reader.TryRead(out _, out _));

        Assert.Same(reader.TakeAttachment(), _recent.Attachment);
    }

    private static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }
}
