using DaemonRpc.CodeGen;
using Microsoft.Extensions.Logging.Abstractions;

namespace DaemonRpc.Runtime.Tests.Infrastructure;

/// <summary>A whole daemon with a real socket, run by this process in the foreground. It must not be made to end by force.</summary>
internal sealed class ForegroundDaemon : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Task<int> _run;

    public ForegroundDaemon(DaemonOptions? options = null)
    {
        DaemonOptions used = options ?? new DaemonOptions();
        used.RuntimeDirectory = _folder.Path;
        used.CancelGrace = Timeout.InfiniteTimeSpan;
        used.LoggerFactory ??= NullLoggerFactory.Instance;
        // Bound and listening when this returns: only the factory is not waited for.
        _run = DaemonHost.RunAsync(SampleDispatcher.Contract, MakeHandler, sample => new SampleDispatcher(sample), used);
    }

    public Sample Handler { get; } = new();

    public string Folder => _folder.Path;

    public Task<int> ExitCode => _run;

    public Task<SampleClient> ConnectAsync(DaemonClientOptions? options = null)
    {
        DaemonClientOptions used = options ?? new DaemonClientOptions();
        used.RuntimeDirectory = _folder.Path;
        used.Launch = DaemonLaunch.None;
        return CallChannel.ConnectAsync(SampleDispatcher.Contract, channel => new SampleClient(channel), used, default).Soon();
    }

    public async ValueTask DisposeAsync()
    {
        if (await DaemonControl.FindAsync(SampleDispatcher.Contract.Id, null, _folder.Path).Soon() is { } daemon)
        {
            await daemon.StopAsync().Soon();
        }

        _ = await _run.Soon();
        _folder.Dispose();
    }

    private Sample MakeHandler(DaemonContext context)
    {
        Handler.Context = context;
        return Handler;
    }
}
