namespace DaemonRpc.Process.Tests.Surviving.Stress;

/// <summary>Proves of a record that there were never two tasks at once, in whichever daemons.</summary>
/// <remarks>
/// A daemon writes start and end in turn. One that was killed, or ended by force, owes the end of its last task; then nothing may come of
/// it any more once its successor has written. That it did not live on silently, the marker proves that each task holds.
/// </remarks>
internal sealed class TaskProof(IReadOnlyList<RecordLine> record, Complaints complaints)
{
    private readonly HashSet<string> _gone = [];
    private RecordLine? _latest;

    public void Run()
    {
        foreach (RecordLine line in record.Where(line => line.What is "start" or "end" or "overlap"))
        {
            Follow(line);
        }
    }

    private static string Incarnation(RecordLine line) => line.Words[1];

    private void Follow(RecordLine line)
    {
        if (line.What == "overlap")
        {
            complaints.Add("A task started while another one held the marker.", _latest, line);
            return;
        }

        bool same = _latest is not null && Incarnation(_latest) == Incarnation(line);
        if (!same && _latest is not null)
        {
            _ = _gone.Add(Incarnation(_latest));
        }

        if (_gone.Contains(Incarnation(line)))
        {
            complaints.Add("A daemon wrote after its successor had.", _latest, line);
        }

        bool isOpen = same && _latest!.What == "start";
        if (line.What == "start" && isOpen)
        {
            complaints.Add("A task started before the one before it had ended.", _latest, line);
        }
        else if (line.What == "end" && (!isOpen || _latest!.Subject != line.Subject))
        {
            complaints.Add("A task ended that was not the one that ran.", _latest, line);
        }

        _latest = line;
    }
}
