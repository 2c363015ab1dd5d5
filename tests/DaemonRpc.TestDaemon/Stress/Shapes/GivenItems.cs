using System.Runtime.CompilerServices;

namespace DaemonRpc.TestDaemon.Stress.Shapes;

/// <summary>A stream of items that a caller passes.</summary>
/// <param name="items">What it has.</param>
/// <param name="pause">After how many items the next is not there at once.</param>
/// <param name="failsAt">Before which item it fails, or null.</param>
/// <param name="failure">With what.</param>
/// <param name="complain">Called with what should not be.</param>
internal sealed class GivenItems<T>(IReadOnlyList<T> items, int pause, int? failsAt, Exception failure, Action<string> complain)
{
    private readonly Use _use = new(complain, "A stream of items");

    /// <summary>Whether somebody who takes so many items meets the failure.</summary>
    public bool FailsWithin(int most) => failsAt < most;

    public async IAsyncEnumerable<T> YieldAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        _use.Begin();
        try
        {
            for (int number = 0; number < items.Count; number++)
            {
                if (number == failsAt)
                {
                    throw failure;
                }

                if (number % pause == 0)
                {
                    await Task.Yield();
                    cancellationToken.ThrowIfCancellationRequested();
                }

                yield return items[number];
            }
        }
        finally
        {
            _use.End();
        }
    }

    /// <summary>The call has ended, and with it every enumeration.</summary>
    public Task OverAsync() => _use.OverAsync(mustRest: false);
}
