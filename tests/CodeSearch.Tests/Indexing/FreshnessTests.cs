using CodeSearch.Contract;
using CodeSearch.Tests.Infrastructure;

namespace CodeSearch.Tests.Indexing;

public sealed class FreshnessTests
{
    [Fact]
    public void New_file_is_found()
    {
        using TempTree tree = new();
        Engine engine = new(tree.Root);
        Assert.Empty(engine.Search("needle"));

        tree.Write("sub/a.txt", "a needle\n");

        Assert.Equal(["sub/a.txt:1:a needle"], engine.Search("needle"));
    }

    [Fact]
    public void Deleted_file_is_no_longer_found()
    {
        using TempTree tree = new TempTree().Write("a", "needle\n").Write("b", "needle\n");
        Engine engine = new(tree.Root);
        Assert.Equal(2, engine.Search("needle").Length);

        File.Delete(tree.PathOf("a"));

        Assert.Equal(["b:1:needle"], engine.Search("needle"));
    }

    [Fact]
    public void Search_that_has_begun_goes_on_while_others_change_the_index()
    {
        using TempTree tree = new();
        for (int i = 0; i < 200; i++)
        {
            tree.Write($"{i:000}", $"needle {i:000}\n");
        }

        Engine engine = new(tree.Root);
        List<string> found = [];
        foreach (FileHits item in engine.Items(new SearchQuery("needle"), TestContext.Current.CancellationToken))
        {
            if (found.Count == 0)
            {
                // Its first files have been read. Of the others, one changes and one goes.
                tree.Write("150", "another needle\n").Write("new", "needle\n");
                File.Delete(tree.PathOf("160"));
                Assert.Equal(200, engine.Search("needle").Length);
            }

            found.Add(item.Path);
        }

        Assert.Equal(Enumerable.Range(0, 200).Where(i => i != 160).Select(i => $"{i:000}"), found);
    }

    [Fact]
    public void Edits_in_quick_succession_are_all_seen()
    {
        using TempTree tree = new();
        Engine engine = new(tree.Root);
        for (int i = 0; i < 300; i++)
        {
            // Same length, and often within one tick of the clock that stamps files.
            tree.Write("a", $"value{i:000}\n");

            Assert.Equal([$"a:1:value{i:000}"], engine.Search($"value{i:000}"));
        }
    }

    [Fact]
    public void Edit_that_keeps_length_and_modification_time_is_seen()
    {
        using TempTree tree = new TempTree().Write("a", "before\n");
        DateTime old = DateTime.UtcNow.AddDays(-1);
        File.SetLastWriteTimeUtc(tree.PathOf("a"), old);
        Engine engine = new(tree.Root);
        Assert.Single(engine.Search("before"));

        tree.Write("a", "afterw\n");
        File.SetLastWriteTimeUtc(tree.PathOf("a"), old);

        Assert.Equal(["a:1:afterw"], engine.Search("afterw"));
        Assert.Empty(engine.Search("before"));
    }

    [Fact]
    public void File_put_in_the_place_of_another_is_seen()
    {
        using TempTree tree = new TempTree().Write("a", "before\n").Write("b", "afterw\n");
        Engine engine = new(tree.Root);
        Assert.Equal(["a:1:before"], engine.Search("before"));

        File.Move(tree.PathOf("b"), tree.PathOf("a"), overwrite: true);

        Assert.Equal(["a:1:afterw"], engine.Search("afterw"));
    }

    [Fact]
    public void Changed_ignore_file_takes_effect()
    {
        using TempTree tree = new TempTree().Write("a.log", "needle\n");
        Engine engine = new(tree.Root);
        Assert.Single(engine.Search("needle"));

        tree.Write(".gitignore", "*.log\n");
        Assert.Empty(engine.Search("needle"));

        File.Delete(tree.PathOf(".gitignore"));
        Assert.Single(engine.Search("needle"));
    }

    [Fact]
    public void Unchanged_old_files_are_not_read_again()
    {
        // The system's own files: a test cannot make old ones, as nobody can set back the time of the last change.
        string directory = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        Engine engine = new(directory);

        int first = engine.Refresh(TestContext.Current.CancellationToken).ReadFiles;
        int second = engine.Refresh(TestContext.Current.CancellationToken).ReadFiles;

        Assert.NotEqual(0, first);
        Assert.Equal(0, second);
    }

    [Fact]
    public void Index_that_lost_most_of_its_files_still_answers()
    {
        using TempTree tree = new();
        for (int i = 0; i < 2500; i++)
        {
            tree.Write($"{i % 10}/{i}.txt", $"file {i:0000} xyz\n");
        }

        Engine engine = new(tree.Root);
        IndexSummary full = engine.Refresh(TestContext.Current.CancellationToken);
        for (int i = 0; i < 2500; i++)
        {
            if (i % 9 != 0)
            {
                File.Delete(tree.PathOf($"{i % 10}/{i}.txt"));
            }
        }

        IndexSummary rest = engine.Refresh(TestContext.Current.CancellationToken);

        Assert.Equal(2500, full.Files);
        Assert.Equal(278, rest.Files);
        Assert.Equal(2222, rest.RemovedFiles);
        Assert.Equal(["9/2079.txt:1:file 2079 xyz"], engine.Search("file 2079"));
        Assert.Equal(278, engine.Search("xyz").Length);
    }

    [Fact]
    public void Cancelled_refresh_goes_on_the_next_time()
    {
        using TempTree tree = new TempTree().Write("a", "needle\n");
        Engine engine = new(tree.Root);

        Assert.ThrowsAny<OperationCanceledException>(() => engine.Refresh(new CancellationToken(canceled: true)));

        Assert.Single(engine.Search("needle"));
    }
}
