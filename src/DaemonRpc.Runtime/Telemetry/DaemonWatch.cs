using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace DaemonRpc.Telemetry;

/// <summary>Observes how this process, as a client, starts a daemon or has one replaced. Only for use while <see cref="Listening.IsPossible"/>.</summary>
internal sealed class DaemonWatch
{
    private readonly Activity? _span;
    private readonly string _id;
    private readonly Counter<long> _counter;

    private DaemonWatch(string span, string id, string instance, string reason, Counter<long> counter)
    {
        (_id, _counter) = (id, counter);
        _span = Spans.HaveListeners
            ? Spans.Start(span, ActivityKind.Internal, parent: null, [new(Names.DaemonId, id), new(Names.DaemonInstance, instance), new(Names.Reason, reason)])
            : null;
    }

    /// <summary>Begins to observe a start.</summary>
    public static DaemonWatch BeginStart(string id, string instance, string reason) => new(Names.StartSpan, id, instance, reason, Metrics.ClientStarts);

    /// <summary>Begins to observe the leaving of a daemon that makes room.</summary>
    public static DaemonWatch BeginReplacement(string id, string instance, string reason) => new(Names.ReplaceSpan, id, instance, reason, Metrics.ClientReplacements);

    /// <summary>Ends the observation.</summary>
    /// <param name="outcome">What became of it; null if it failed.</param>
    /// <param name="process">The process that was started, or has left; 0 if there is none.</param>
    /// <param name="failure">Why it failed; or null.</param>
    public void End(string? outcome, int process, Exception? failure)
    {
        string? error = failure?.GetType().FullName;
        Guarded.Run((_counter, _id, outcome, error), static ended =>
        {
            var tags = new TagList { { Names.DaemonId, ended._id } };
            tags.Add(ended.error is null ? Names.Outcome : Names.ErrorType, ended.error ?? ended.outcome);
            ended._counter.Add(1, tags);
        });
        if (_span is not null)
        {
            if (outcome is not null)
            {
                _ = _span.SetTag(Names.Outcome, outcome);
            }

            if (process != 0)
            {
                _ = _span.SetTag(Names.DaemonProcess, process);
            }

            Spans.End(_span, error);
        }
    }
}
