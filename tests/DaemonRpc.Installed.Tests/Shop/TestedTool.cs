namespace DaemonRpc.Installed.Tests.Shop;

/// <summary>The sources of a stranger's tool that formats text, and of its tests.</summary>
internal static class TestedTool
{
    public const string Contract = """
        using DaemonRpc;

        namespace Acme.Format;

        [DaemonRpc("daemonrpc.tests.format")]
        public partial interface IFormatter
        {
            Task<string> FormatAsync(string text, CancellationToken cancellationToken = default);

            IAsyncEnumerable<string> LinesAsync(string text, CancellationToken cancellationToken = default);
        }
        """;

    public const string Program = """
        using Acme.Format;
        using DaemonRpc;

        if (FormatterDaemon.IsRequested)
        {
            return await FormatterDaemon.RunAsync(context => new Formatter(context));
        }

        return await FormatTool.RunAsync(string.Join(' ', args), Console.Out, new DaemonClientOptions());
        """;

    public const string Handler = """
        using System.Runtime.CompilerServices;
        using DaemonRpc;

        namespace Acme.Format;

        public sealed class Formatter(DaemonContext context) : IFormatter
        {
            private int _count;

            public Task<string> FormatAsync(string text, CancellationToken cancellationToken)
            {
                context.Status.Report($"formatting {text.Length}");
                return Task.FromResult($"{++_count}: {text.Trim()}");
            }

            public async IAsyncEnumerable<string> LinesAsync(string text, [EnumeratorCancellation] CancellationToken cancellationToken)
            {
                foreach (string line in text.Split('\n'))
                {
                    await Task.Yield();
                    yield return line.Trim();
                }
            }
        }
        """;

    public const string Tool = """
        using DaemonRpc;

        namespace Acme.Format;

        public static class FormatTool
        {
            public static async Task<int> RunAsync(string text, TextWriter output, DaemonClientOptions options, CancellationToken cancellationToken = default)
            {
                try
                {
                    await using FormatterClient formatter = await FormatterClient.ConnectAsync(options, cancellationToken);
                    output.Write(await formatter.FormatAsync(text, cancellationToken));
                    return 0;
                }
                catch (DaemonTaskCanceledException canceled)
                {
                    output.Write(canceled.Outcome);
                    return 130;
                }
                catch (DaemonBusyException busy)
                {
                    output.Write(busy.Task?.Method);
                    return 75;
                }
                catch (DaemonDisconnectedException failure)
                {
                    return failure.MayHaveRun ? 3 : 4;
                }
                catch (DaemonStartException failure)
                {
                    output.Write(string.Join('|', failure.LastLines));
                    return 5;
                }
                catch (DaemonVersionException)
                {
                    return 6;
                }
            }
        }
        """;

    public const string Tests = """"
        using Acme.Format;
        using DaemonRpc;
        using DaemonRpc.Testing;
        using Microsoft.Extensions.Time.Testing;
        using Xunit;

        public sealed class FormatToolTests : IAsyncDisposable
        {
            private readonly FakeTimeProvider _time = new();
            private readonly StringWriter _output = new();
            private readonly TestDaemon _daemon;

            public FormatToolTests() => _daemon = new TestDaemon(options => FormatterDaemon.RunAsync(context => new Formatter(context), options), _time);

            public ValueTask DisposeAsync() => _daemon.DisposeAsync();

            private Task<int> RunAsync(string text, CancellationToken cancellationToken = default) =>
                FormatTool.RunAsync(text, _output, _daemon.ClientOptions(), cancellationToken);

            [Fact]
            public async Task Text_is_formatted_warm()
            {
                Assert.Equal(0, await RunAsync(" a "));
                Assert.Equal(0, await RunAsync(" b "));
                Assert.Equal("1: a2: b", _output.ToString());
                Assert.Contains(_daemon.Statuses, status => status.Message == "formatting 3");
            }

            [Fact]
            public async Task Busy_daemon_is_told_of()
            {
                await using DaemonOccupation occupation = await _daemon.OccupyAsync("IndexAsync");
                Assert.Equal(75, await RunAsync("a"));
                Assert.Equal("IndexAsync", _output.ToString());
            }

            [Fact]
            public async Task Crash_is_not_repeated_when_the_call_may_have_run()
            {
                _daemon.CrashNext(CallPoint.AfterHandler);
                Assert.Equal(3, await RunAsync("a"));
            }

            [Fact]
            public async Task Failed_start_shows_the_log()
            {
                _daemon.FailNextStart(exitCode: 2, "no licence", "bye");
                Assert.Equal(5, await RunAsync("a"));
                Assert.Equal("no licence|bye", _output.ToString());
            }

            [Fact]
            public async Task Newer_daemon_is_told_of()
            {
                await _daemon.StartAsync(DaemonBuild.Newer);
                Assert.Equal(6, await RunAsync("a"));
            }

            [Fact]
            public async Task Hanging_call_is_ended_by_force()
            {
                using var canceling = new CancellationTokenSource();
                using CallFault hang = _daemon.HangNext(nameof(IFormatter.FormatAsync));
                Task<int> run = RunAsync("a", canceling.Token);
                await hang.Reached;
                await canceling.CancelAsync();
                await hang.Canceled;
                _time.Advance(TimeSpan.FromSeconds(1));
                Assert.Equal(130, await run);
                Assert.Equal("Forced", _output.ToString());
            }

            [Fact]
            public async Task Daemon_idles_out()
            {
                Assert.Equal(0, await RunAsync("a"));
                _time.Advance(TimeSpan.FromMinutes(15));
                Assert.Equal(0, await RunAsync("a"));
                Assert.Equal("1: a1: a", _output.ToString());
            }

            [Fact]
            public async Task Real_daemon_is_found_warm_and_ended()
            {
                await using var fixture = new DaemonFixture();
                DaemonClientOptions options = fixture.ClientOptions(DaemonLaunch.Executable(Path.Combine(AppContext.BaseDirectory, "App")));
                Assert.Equal(0, await FormatTool.RunAsync("a", _output, options));
                Assert.Equal(0, await FormatTool.RunAsync("b", _output, options));
                Assert.Equal("1: a2: b", _output.ToString());
            }
        }
        """";
}
