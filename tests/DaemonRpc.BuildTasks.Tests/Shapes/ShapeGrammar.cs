namespace DaemonRpc.BuildTasks.Tests.Shapes;

/// <summary>Chooses types at random, of leaves, of the user's types and of what can be made of both.</summary>
internal sealed class ShapeGrammar(Random random)
{
    private static readonly ShapeConstructor[] s_constructors = [.. CollectionShapes.All, .. MapShapes.All, .. GenericKinds.All];

    private readonly List<Shape> _declared = [];

    /// <summary>Declares two types of each kind that a user can write, of types chosen before; afterwards others are made of them.</summary>
    /// <returns>The declared types.</returns>
    public IReadOnlyList<Shape> Declare(string prefix, int ofEach)
    {
        List<Shape> declared = [RecordKinds.Key($"{prefix}Key"), OtherKinds.OwnFormatter($"{prefix}Own")];
        _declared.AddRange(declared);
        Func<string, Shape[], Shape>[] kinds =
            [.. Enumerable.Repeat(RecordKinds.All.Concat(OtherKinds.All), ofEach).SelectMany(kind => kind)];
        random.Shuffle(kinds);
        foreach (Func<string, Shape[], Shape> kind in kinds)
        {
            Shape shape = kind($"{prefix}{kind.Method.Name}{declared.Count}", Some(random.Next(2, 5), () => Any(2)));
            declared.Add(shape);
            _declared.Add(shape);
        }

        return declared;
    }

    /// <summary>Every form that MemoryPack knows once, and once more around a type of the user.</summary>
    public IEnumerable<Shape> Everything() =>
    [
        .. LeafShapes.All,
        .. _declared,
        .. s_constructors.Select(constructor => Of(constructor, 2)),
        .. s_constructors.Select(constructor => Of(constructor, 0)),
        .. Enumerable.Range(1, ArrayShapes.MostDimensions).Select(dimensions => ArrayShapes.Of(Any(2), dimensions)),
        ArrayShapes.Of(ArrayShapes.Of(User(), 1), 1),
        ArrayShapes.Of(ArrayShapes.Of(User(), 1), 2),
        .. Enumerable.Range(1, TupleShapes.Most).Select(count => TupleShapes.Class(Some(count, () => Any(1)))),
        .. Enumerable.Range(1, TupleShapes.Most).Select(count => TupleShapes.Struct(Some(count, () => Any(1)))),
    ];

    public Shape Any(int depth) => random.Next(10) switch
    {
        < 2 => Leaf(LeafShapes.All),
        < 6 => User(),
        _ when depth == 0 => User(),
        < 7 => ArrayShapes.Of(Any(depth - 1), random.Next(4) == 0 ? random.Next(2, ArrayShapes.MostDimensions + 1) : 1),
        < 8 => Tuple(depth),
        _ => Of(s_constructors[random.Next(s_constructors.Length)], depth),
    };

    private Shape Of(ShapeConstructor constructor, int depth) => constructor.Of([.. constructor.Arguments.Select(wanted => Pick(wanted, depth))]);

    private Shape Pick(Wanted wanted, int depth) => wanted switch
    {
        Wanted.Key => Leaf([.. LeafShapes.All.Concat(_declared).Where(shape => shape.IsKey)]),
        Wanted.Ordered => Leaf([.. LeafShapes.All.Where(shape => shape.IsOrdered)]),
        Wanted.Reference => Until(shape => shape.IsReference, depth),
        Wanted.PlainStruct => Until(shape => shape.IsPlainStruct, depth),
        _ => Any(Math.Max(depth - 1, 0)),
    };

    private Shape Until(Func<Shape, bool> isWanted, int depth)
    {
        Shape shape;
        do
        {
            shape = Any(depth);
        }
        while (!isWanted(shape));

        return shape;
    }

    private Shape Tuple(int depth)
    {
        Shape[] parts = Some(random.Next(1, 4), () => Any(depth - 1));
        return random.Next(3) == 0 ? TupleShapes.Class(parts) : TupleShapes.Struct(parts);
    }

    private Shape User() => Leaf(_declared);

    private Shape Leaf(IReadOnlyList<Shape> of) => of[random.Next(of.Count)];

    private static Shape[] Some(int count, Func<Shape> choose) => [.. Enumerable.Range(0, count).Select(_ => choose())];
}
