using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace DaemonRpc.Runtime.Tests.Telemetry;

/// <summary>Hears the meter of DaemonRpc while the test runs.</summary>
internal sealed class HeardMetrics : IDisposable
{
    private readonly ConcurrentQueue<HeardMeasurement> _all = [];
    private readonly MeterListener _listener = new();

    /// <param name="wants">Whether an instrument is wanted; all by default.</param>
    public HeardMetrics(Predicate<string>? wants = null)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == "DaemonRpc" && (wants is null || wants(instrument.Name)))
            {
                Instruments[instrument.Name] = instrument;
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.Start();
    }

    public ConcurrentDictionary<string, Instrument> Instruments { get; } = [];

    public Action? OnMeasured { get; set; }

    public IReadOnlyList<HeardMeasurement> Of(string instrument) => [.. _all.Where(heard => heard.Instrument == instrument)];

    /// <summary>Asks the instruments that are asked.</summary>
    public void Collect() => _listener.RecordObservableInstruments();

    public void Dispose() => _listener.Dispose();

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        _all.Enqueue(new HeardMeasurement(instrument.Name, value, tags.ToArray().ToDictionary(tag => tag.Key, tag => tag.Value)));
        OnMeasured?.Invoke();
    }
}

internal sealed record HeardMeasurement(string Instrument, double Value, IReadOnlyDictionary<string, object?> Tags);
