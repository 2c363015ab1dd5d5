using System.Collections.Concurrent;
using System.Diagnostics;

namespace DaemonRpc.Runtime.Tests.Telemetry;

/// <summary>Hears the spans of DaemonRpc while the test runs.</summary>
internal sealed class HeardSpans : IDisposable
{
    private readonly ConcurrentQueue<Activity> _ended = [];
    private readonly ActivityListener _listener;

    /// <param name="wants">Whether a span of a kind is wanted; all by default.</param>
    /// <param name="source">The source.</param>
    public HeardSpans(Predicate<ActivityKind>? wants = null, string source = "DaemonRpc")
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = listened => listened.Name == source,
            Sample = (ref options) => wants is null || wants(options.Kind) ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None,
            ActivityStarted = _ => OnStarted?.Invoke(),
            ActivityStopped = activity =>
            {
                _ended.Enqueue(activity);
                OnEnded?.Invoke();
            },
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public Action? OnStarted { get; set; }

    public Action? OnEnded { get; set; }

    /// <summary>The spans that have ended, in that order.</summary>
    public IReadOnlyList<Activity> Ended => [.. _ended];

    /// <summary>The one span of that kind.</summary>
    public Activity this[ActivityKind kind] => Assert.Single(_ended, span => span.Kind == kind);

    public void Dispose() => _listener.Dispose();
}
