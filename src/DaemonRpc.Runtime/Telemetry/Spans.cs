using System.Diagnostics;
using DaemonRpc.Protocol;

namespace DaemonRpc.Telemetry;

/// <summary>The source of spans, and contexts that travel. Only for use while <see cref="Listening.IsPossible"/>.</summary>
internal static class Spans
{
    private static readonly ActivitySource s_source = new(Names.Source, Names.Version);

    public static bool HaveListeners => s_source.HasListeners();

    /// <summary>The span within which the current code runs, for sending; null for none, or if its ids are not those of W3C.</summary>
    public static TraceContext? Current
    {
        get
        {
            if (Activity.Current is not { IdFormat: ActivityIdFormat.W3C } current)
            {
                return null;
            }

            byte[] ids = new byte[TraceContext.IdsSize];
            current.TraceId.CopyTo(ids.AsSpan(0, TraceContext.TraceIdSize));
            current.SpanId.CopyTo(ids.AsSpan(TraceContext.TraceIdSize));
            return new TraceContext((byte)current.ActivityTraceFlags, ids, current.TraceStateString);
        }
    }

    /// <summary>Starts a span within a context that has come from elsewhere, or within the current span. It becomes the current one.</summary>
    /// <returns>The span; null if no listener wants it, or one has thrown.</returns>
    public static Activity? Start(string name, ActivityKind kind, TraceContext? parent, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        Activity? outer = Activity.Current;
        try
        {
            ActivityContext context = parent is { IsValid: true }
                ? new ActivityContext(
                    ActivityTraceId.CreateFromBytes(parent.TraceId), ActivitySpanId.CreateFromBytes(parent.SpanId), (ActivityTraceFlags)parent.Flags, parent.State, isRemote: true)
                : default;
            return s_source.StartActivity(name, kind, context, tags.ToArray());
        }
#pragma warning disable CA1031 // A listener that throws must not fail a call or a task, and there is nowhere to report it.
        catch (Exception)
#pragma warning restore CA1031
        {
            Activity.Current = outer;
            return null;
        }
    }

    /// <summary>Ends a span.</summary>
    /// <param name="span">The span.</param>
    /// <param name="error">The type of the error; null for success.</param>
    public static void End(Activity span, string? error)
    {
        if (error is not null)
        {
            _ = span.SetStatus(ActivityStatusCode.Error).SetTag(Names.ErrorType, error);
        }

        Guarded.Run(span, static span => span.Stop());
    }
}
