using DaemonRpc.Framing;
using DaemonRpc.Protocol;
using DaemonRpc.Session;

namespace DaemonRpc.Testing.InProcess;

/// <summary>The calls that only occupy a daemon. Each has a method id of its own, for which the handler knows the name that the test gave.</summary>
internal sealed class OccupationTable
{
    // Ids are hashes of names, so that any is possible; but not likely one of these.
    private const uint FirstMethod = 0xfff0_0000;

    private readonly Lock _gate = new();
    private readonly Dictionary<uint, DaemonOccupation> _all = [];

    public DaemonOccupation? Find(uint method)
    {
        if (method < FirstMethod)
        {
            return null;
        }

        lock (_gate)
        {
            return _all.GetValueOrDefault(method);
        }
    }

    public string? NameOf(uint method) => Find(method)?.Name;

    /// <summary>Occupies a daemon.</summary>
    /// <param name="daemon">The daemon, which runs.</param>
    /// <param name="name">The name of the method that is said to run.</param>
    /// <param name="status">The status that the task reports, or null.</param>
    /// <exception cref="InvalidOperationException">The daemon is busy, or has ended.</exception>
    public async Task<DaemonOccupation> BeginAsync(Incarnation daemon, string name, string? status)
    {
        DaemonOccupation occupation;
        lock (_gate)
        {
            occupation = new DaemonOccupation(FirstMethod + (uint)_all.Count, name, status);
            _all.Add(occupation.Method, occupation);
        }

        ClientSession session = daemon.OpenOwn();
        occupation.Session = session;
        FrameBuffer frame = FrameBuffer.Rent();
        var header = new RequestHeader(daemon.Build, occupation.Method, 0, 0);
        header.Write(frame.GetSpan(header.Size));
        frame.Advance(header.Size);
        _ = session.TryStart(occupation.Call, FrameKind.Request, frame);
        if (await Task.WhenAny(occupation.Begun, occupation.Call.End).ConfigureAwait(false) != occupation.Begun)
        {
            await occupation.DisposeAsync().ConfigureAwait(false);
            throw new InvalidOperationException($"The daemon could not be occupied with {name}: another task runs already, or it has ended.");
        }

        return occupation;
    }

    /// <summary>Ends all of them.</summary>
    public void End()
    {
        lock (_gate)
        {
            _all.Values.ToList().ForEach(static occupation => occupation.Release());
        }
    }
}
