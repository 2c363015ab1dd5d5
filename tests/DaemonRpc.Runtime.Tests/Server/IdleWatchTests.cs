using DaemonRpc.Server;
using Microsoft.Extensions.Time.Testing;

namespace DaemonRpc.Runtime.Tests.Server;

public sealed class IdleWatchTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(15);

    private readonly FakeTimeProvider _clock = new();
    private bool _mayStop = true;
    private int _stops;

    [Fact]
    public void Stops_after_the_limit_and_not_before()
    {
        using IdleWatch watch = Watch(s_limit);
        watch.Start();
        _clock.Advance(s_limit - TimeSpan.FromTicks(1));
        Assert.Equal(0, _stops);
        _clock.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal(1, _stops);
    }

    [Fact]
    public void First_use_is_waited_for_however_short_the_limit_is()
    {
        using IdleWatch watch = Watch(TimeSpan.FromMilliseconds(20));
        watch.Start();
        _clock.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(0, _stops);
        watch.Touch();
        _clock.Advance(TimeSpan.FromMilliseconds(19));
        Assert.Equal(0, _stops);
        _clock.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal(1, _stops);
    }

    [Fact]
    public void Use_before_the_handler_is_made_does_not_begin_the_count()
    {
        using IdleWatch watch = Watch(TimeSpan.FromMilliseconds(20));
        watch.Touch();
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(0, _stops);
        watch.Start();
        _clock.Advance(TimeSpan.FromMilliseconds(20));

        Assert.Equal(1, _stops);
    }

    [Fact]
    public void Look_before_the_handler_is_made_stops_nothing()
    {
        using IdleWatch watch = Watch(s_limit);
        _clock.Advance(2 * s_limit);
        watch.Look();

        Assert.Equal(0, _stops);
    }

    [Fact]
    public void Daemon_that_is_never_used_stops_all_the_same()
    {
        using IdleWatch watch = Watch(TimeSpan.FromMilliseconds(20));
        watch.Start();
        _clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(1, _stops);
    }

    [Fact]
    public void Use_begins_the_count_anew()
    {
        using IdleWatch watch = Watch(s_limit);
        watch.Start();
        _clock.Advance(s_limit / 2);
        watch.Touch();
        _clock.Advance(s_limit / 2);
        Assert.Equal(0, _stops);
        _clock.Advance(s_limit / 2);

        Assert.Equal(1, _stops);
    }

    [Fact]
    public void What_cannot_stop_now_is_asked_again()
    {
        _mayStop = false;
        using IdleWatch watch = Watch(s_limit);
        watch.Start();
        _clock.Advance(s_limit);
        Assert.Equal(1, _stops);
        _mayStop = true;
        _clock.Advance(s_limit);

        Assert.Equal(2, _stops);
    }

    [Fact]
    public void Never_is_never()
    {
        using IdleWatch watch = Watch(Timeout.InfiniteTimeSpan);
        watch.Start();
        _clock.Advance(TimeSpan.FromDays(1000));

        Assert.Equal(0, _stops);
    }

    [Fact]
    public void Limit_may_be_longer_than_a_timer_can_be()
    {
        using IdleWatch watch = Watch(TimeSpan.FromDays(100));
        watch.Start();
        _clock.Advance(TimeSpan.FromDays(99));
        Assert.Equal(0, _stops);
        _clock.Advance(TimeSpan.FromDays(1));

        Assert.Equal(1, _stops);
        using var real = new IdleWatch(TimeSpan.MaxValue, TimeProvider.System, () => true);
        real.Start();
    }

    [Fact]
    public void Disposed_watch_stops_nothing()
    {
        IdleWatch watch = Watch(s_limit);
        watch.Start();
        watch.Dispose();
        _clock.Advance(s_limit * 2);

        Assert.Equal(0, _stops);
    }

    private IdleWatch Watch(TimeSpan limit) => new(limit, _clock, () =>
    {
        _stops++;
        return _mayStop;
    });
}
