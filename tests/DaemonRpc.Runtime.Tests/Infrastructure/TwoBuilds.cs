using DaemonRpc.CodeGen;
using Microsoft.Extensions.Logging.Abstractions;

namespace DaemonRpc.Runtime.Tests.Infrastructure;

/// <summary>An older and a newer build of one contract, as generated code describes them, and daemons and clients of both.</summary>
/// <remarks>
/// <code>
/// the older build                                   the newer build
/// FindAsync(string title)                           FindAsync(string title, int edition = 7, IProgress&lt;string&gt;? progress = null)
/// ListAsync()                                       ListAsync()
/// SaveAsync(string title)                           SaveAsync(string title), whose type has changed
///                                                   CountAsync()
/// </code>
/// </remarks>
internal sealed class TwoBuilds : IDisposable
{
    public const uint Find = 11;
    public const uint LongFind = 13;
    public const uint List = 20;
    public const uint Save = 30;
    public const uint Count = 40;

    private readonly TemporaryFolder _folder = new();

    public static DaemonContract Older { get; } = Contract(638_000_000_000_000_000, static methods =>
    {
        _ = methods.Add(Find, 1, 110);
        _ = methods.Add(List, 0, 200);
        _ = methods.Add(Save, 1, 300);
    });

    public static DaemonContract Newer { get; } = Contract(638_000_000_000_000_001, static methods =>
    {
        _ = methods.Add(LongFind, 3, 130)
            .Without(12, 120, false)
            .Without(Find, 110, 7);
        _ = methods.Add(List, 0, 200);
        _ = methods.Add(Save, 1, 301);
        _ = methods.Add(Count, 0, 400);
    });

    /// <summary>Starts a daemon, which listens when this returns.</summary>
    public RunningBuild Start(DaemonContract contract) => new(DaemonHost.RunAsync(
        contract,
        static _ => new object(),
        handler => new BuildDispatcher(handler, contract == Newer),
        new DaemonOptions { RuntimeDirectory = _folder.Path, CancelGrace = Timeout.InfiniteTimeSpan, LoggerFactory = NullLoggerFactory.Instance }));

    public Task<CallChannel> ConnectAsync(DaemonContract contract, VersionPolicy policy = VersionPolicy.Compatible) => CallChannel.ConnectAsync(
        contract,
        static channel => channel,
        new DaemonClientOptions { RuntimeDirectory = _folder.Path, Launch = DaemonLaunch.None, VersionPolicy = policy },
        default).Soon();

    public async Task StopAsync() => await (await DaemonControl.FindAsync(Older.Id, null, _folder.Path).Soon())!.StopAsync().Soon();

    public void Dispose() => _folder.Dispose();

    private static DaemonContract Contract(long timestamp, Action<MethodForms> describe) => new()
    {
        Id = "runtime.tests.builds",
        Interface = typeof(TwoBuilds),
        BuildTimestampTicks = timestamp,
        DescribeMethods = describe,
    };

    internal sealed record RunningBuild(Task<int> ExitCode);

    private sealed class BuildDispatcher(object handler, bool isNewer) : Dispatcher
    {
        public override object Target => handler;

        public override string? NameOf(uint method) => method switch
        {
            Find when !isNewer => "FindAsync",
            LongFind when isNewer => "FindAsync",
            List => "ListAsync",
            Save => "SaveAsync",
            Count when isNewer => "CountAsync",
            _ => null,
        };

        public override async ValueTask DispatchAsync(uint method, ArgumentReader arguments, ReplyWriter reply)
        {
            switch (method)
            {
                case Find:
                    reply.Result($"older: {arguments.Next<string>()}");
                    return;

                case LongFind:
                    string title = arguments.Next<string>();
                    int edition = arguments.Next<int>();
                    IProgress<string>? progress = arguments.NextProgress<string>();
                    progress?.Report("searching");
                    reply.Result($"newer: {title} {edition} {progress is not null}");
                    return;

                case List:
                    await reply.StreamAsync(AsyncEnumerable.Range(0, 3));
                    return;

                default:
                    reply.Result(isNewer ? "newer" : "older");
                    return;
            }
        }
    }
}
