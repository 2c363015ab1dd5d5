using System.Runtime.CompilerServices;
using Microsoft.Extensions.Hosting;

namespace DaemonRpc.Hosting.TestDaemon;

/// <summary>The handler of one task.</summary>
internal sealed class Workshop(Bench bench, Warmth warmth, DaemonContext context, IHostApplicationLifetime lifetime) : IWorkshop
{
    public Task<Visit> VisitAsync() => Task.FromResult(new Visit(bench.Number, Interlocked.Increment(ref warmth.Tasks), warmth.Disposed, context.Instance));

    public Task FailAsync() => throw new InvalidOperationException($"Bench {bench.Number} broke.");

    public async Task WaitAsync(bool isStubborn, CancellationToken cancellationToken)
    {
        context.Status.Report("waiting");
        await Task.Delay(Timeout.Infinite, isStubborn ? CancellationToken.None : cancellationToken);
    }

    public Task WaitForFileAsync(string file, CancellationToken cancellationToken)
    {
        context.Status.Report("waiting");
        return AwaitedFile.ExistsAsync(file, cancellationToken);
    }

    public async IAsyncEnumerable<int> CountAsync(int count, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (int number = 0; number < count; number++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            bench.Use();
            yield return number;
            await Task.Yield();
        }
    }

    public Task<Stream> OpenAsync(int size, CancellationToken cancellationToken) => Task.FromResult<Stream>(new BenchStream(bench, size));

    public Task StopHostAsync()
    {
        lifetime.StopApplication();
        return Task.CompletedTask;
    }
}
