using MemoryPack;

namespace DaemonRpc.TestDaemon.Forged;

[MemoryPackable]
public partial record ForgedRecord(string Name, int Number, DateTimeOffset At, decimal Price, bool Yes, ForgedInner? Inner, string?[] Words, long[] Numbers);

[MemoryPackable]
public partial record ForgedInner(Guid Id, DateTime? When, DayOfWeek Day, (int, string) Pair);

[MemoryPackable]
public partial record ForgedTree(string Name, ForgedTree? Left, List<ForgedTree>? Children)
{
    /// <summary>How many there are, counted without recursion: what is asked for is whether they can be read.</summary>
    public int Count()
    {
        int count = 0;
        var open = new Stack<ForgedTree?>([this]);
        while (open.TryPop(out ForgedTree? tree))
        {
            if (tree is not null)
            {
                count++;
                open.Push(tree.Left);
                tree.Children?.ForEach(open.Push);
            }
        }

        return count;
    }
}

[MemoryPackable]
[MemoryPackUnion(0, typeof(ForgedCircle))]
[MemoryPackUnion(300, typeof(ForgedGroup))]
public partial interface IForgedFigure;

[MemoryPackable]
public partial record ForgedCircle(double Radius, string Label) : IForgedFigure;

[MemoryPackable]
public partial record ForgedGroup(IForgedFigure?[] Figures) : IForgedFigure;

[MemoryPackable(GenerateType.VersionTolerant)]
public partial class ForgedTolerant
{
    [MemoryPackOrder(0)]
    public int First { get; set; }

    [MemoryPackOrder(2)]
    public string? Third { get; set; }

    [MemoryPackOrder(3)]
    public ForgedTolerant? Next { get; set; }
}
